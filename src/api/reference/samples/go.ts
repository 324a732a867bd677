/** Go: net/http. `go run main.go` runs it. */
import { headerLines, jsonOf, type SampleRequest } from './request.ts';

const quote = (text: string): string => JSON.stringify(text);

/** A raw string cannot hold its own quote. */
const raw = (text: string): string => `\`${text.replaceAll('`', '` + "`" + `')}\``;

/** Writes the request as a program. */
export function go(request: SampleRequest): string {
  const hasBody = 'body' in request;
  const body = hasBody ? `strings.NewReader(${raw(jsonOf(request))})` : 'nil';
  return [
    'package main',
    '',
    'import (',
    '\t"fmt"',
    '\t"io"',
    '\t"log"',
    '\t"net/http"',
    ...(hasBody ? ['\t"strings"'] : []),
    ')',
    '',
    'func main() {',
    `\trequest, err := http.NewRequest(${quote(request.method)}, ${quote(request.url)}, ${body})`,
    '\tif err != nil {',
    '\t\tlog.Fatal(err)',
    '\t}',
    ...headerLines(request, (name, value) => `\trequest.Header.Set(${quote(name)}, ${quote(value)})`),
    '\tresponse, err := http.DefaultClient.Do(request)',
    '\tif err != nil {',
    '\t\tlog.Fatal(err)',
    '\t}',
    '\tdefer response.Body.Close()',
    '\ttext, err := io.ReadAll(response.Body)',
    '\tif err != nil {',
    '\t\tlog.Fatal(err)',
    '\t}',
    '\tfmt.Println(response.StatusCode, string(text))',
    '}',
  ].join('\n');
}
