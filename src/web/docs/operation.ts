/** One operation of the reference: what it is for, what it takes, what it answers; beside it how it is called. */
import { exampleOf } from './example.ts';
import { html, type Markup } from './markup.ts';
import type { Answer, Content, Parameter, Shown } from './operations.ts';
import { codeBlock, line, prose } from './prose.ts';
import { fieldRow, fieldsOf, type Named, typeOf } from './schema.ts';

const PLACES = [
  ['path', 'In the path'],
  ['query', 'In the query'],
  ['header', 'Headers'],
] as const;

/** Its section of the page. */
export function operationSection(shown: Shown, named: Named): Markup {
  const { method, path, operationId, summary, description } = shown;
  return html`<section class="operation" id="${operationId}" aria-labelledby="${operationId}-title">
    <div class="told">
      <h3 id="${operationId}-title"><a href="#${operationId}">${summary}</a></h3>
      <p class="address">
        <span class="method ${method.toLowerCase()}">${method}</span> <code>${pathWithBreaks(path)}</code>
      </p>
      <div class="prose">${prose(description)}</div>
      <p class="access">${accessOf(shown)}</p>
      ${PLACES.map(([place, title]) => parameterList(shown, place, title, named))}
      ${shown.body && bodyFields(shown.body, named)} ${answerList(shown, named)}
    </div>
    <div class="shown">${sampleBox(shown)}${answerExample(shown, named)}</div>
  </section>`;
}

/** Long paths break at their slashes. */
function pathWithBreaks(path: string): Markup {
  return {
    html: path
      .split('/')
      .map((part) => html`${part}`.html)
      .join('/<wbr>'),
  };
}

function accessOf({ security }: Shown): Markup {
  if (security.length === 0) return html`Open to everybody`;
  const isForAdmins = !security.some((way) => Object.keys(way).length === 0);
  return isForAdmins ? html`Needs a key of scope <code>admin</code>` : html`Needs a key, but on the machine itself`;
}

function parameterList({ parameters }: Shown, place: Parameter['in'], title: string, named: Named): Markup | undefined {
  const own = parameters.filter((parameter) => parameter.in === place);
  if (own.length === 0) return undefined;
  const rows = own.map(({ name, required = false, description, schema }) =>
    fieldRow(name, description ? { ...schema, description } : schema, { isRequired: required, named }),
  );
  return html`<h4>${title}</h4>
    <ul class="fields">
      ${rows}
    </ul>`;
}

function bodyFields(content: Content, named: Named): Markup {
  const [type = '', { schema = {} } = {}] = Object.entries(content)[0] ?? [];
  return html`<h4>Body <small>${type}</small></h4>
    ${fieldsOf(schema, named) ?? html`<p>${typeOf(schema)}</p>`}`;
}

/** What it gives when all is well stands open; all that can go wrong is one folded list. */
function answerList({ answers }: Shown, named: Named): Markup {
  const good = answers.filter(([status]) => status < '400');
  const bad = answers.filter(([status]) => status >= '400');
  return html`<h4>Answers</h4>
    <ul class="fields answers">
      ${good.map(([status, answer]) => goodAnswer(status, answer, named))}
    </ul>
    <details class="errors">
      <summary>${bad.length} ways in which it can fail</summary>
      <ul class="fields answers">
        ${bad.map(([status, { description }]) => html`<li>${statusLine(status, description)}</li>`)}
      </ul>
    </details>`;
}

function goodAnswer(status: string, { description, content = {} }: Answer, named: Named): Markup {
  const { schema = {} } = Object.values(content)[0] ?? {};
  const fields = fieldsOf(schema, named);
  const type = typeOf(schema);
  return html`<li>
    ${statusLine(status, description, Object.keys(content).join(', '))}
    ${
      fields &&
      html`<details>
        <summary>Fields${type in named && html` of a <code>${type}</code>`}</summary>
        ${fields}
      </details>`
    }
  </li>`;
}

function statusLine(status: string, description: string, types = ''): Markup {
  return html`<p class="field">
    <code class="status s${status[0]}">${status}</code> ${line(description)}
    ${types !== '' && html`<small class="types">${types}</small>`}
  </p>`;
}

function sampleBox({ operationId, samples, summary }: Shown): Markup {
  const tabs = samples.map(
    ({ lang, label }, index) =>
      html`<button
        type="button"
        role="tab"
        id="${operationId}-${lang}-tab"
        aria-controls="${operationId}-${lang}"
        aria-selected="${String(index === 0)}"
        tabindex="${index === 0 ? 0 : -1}"
        data-language="${lang}"
      >
        ${label}
      </button>`,
  );
  const panels = samples.map(
    ({ lang, label, source }, index) =>
      html`<div
        role="tabpanel"
        id="${operationId}-${lang}"
        aria-labelledby="${operationId}-${lang}-tab"
        data-language="${lang}"
        ${{ html: index === 0 ? '' : ' hidden' }}
      >
        ${codeBlock(source, `${summary}, in ${label}`)}
      </div>`,
  );
  return html`<div class="samples">
    <div role="tablist" aria-label="Language of the sample">${tabs}</div>
    ${panels}
  </div>`;
}

function answerExample({ answers }: Shown, named: Named): Markup | undefined {
  const [status, answer] = answers.find(([status]) => status.startsWith('2')) ?? [];
  const schema = answer?.content?.['application/json']?.schema;
  if (!status || !schema) return undefined;
  const text = JSON.stringify(exampleOf(schema, named), null, 2);
  return html`<div class="answer-example">
    <p class="caption">Answer ${status}</p>
    ${codeBlock(text, `Answer ${status}`)}
  </div>`;
}
