/** Java: the HttpClient that comes with it. `java Main.java` runs it. */
import { headerLines, jsonOf, type SampleRequest } from './request.ts';

const quote = (text: string): string => JSON.stringify(text);

/** Inside a text block, where quotes stand as they are. */
const escape = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"""', String.raw`\"""`);

/** Writes the request as a program. */
export function java(request: SampleRequest): string {
  const hasBody = 'body' in request;
  return [
    'import java.net.URI;',
    'import java.net.http.HttpClient;',
    'import java.net.http.HttpRequest;',
    'import java.net.http.HttpResponse;',
    '',
    'public class Main {',
    '    public static void main(String[] args) throws Exception {',
    ...(hasBody ? ['        var body = """', `            ${escape(jsonOf(request, 12))}`, '            """;'] : []),
    `        var request = HttpRequest.newBuilder(URI.create(${quote(request.url)}))`,
    ...headerLines(request, (name, value) => `            .header(${quote(name)}, ${quote(value)})`),
    `            .method(${quote(request.method)}, HttpRequest.BodyPublishers.${hasBody ? 'ofString(body)' : 'noBody()'})`,
    '            .build();',
    '        var response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());',
    '        System.out.println(response.statusCode() + " " + response.body());',
    '    }',
    '}',
  ].join('\n');
}
