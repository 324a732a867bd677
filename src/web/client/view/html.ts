/** `html` templates as Preact nodes. Every value in them is text or an attribute, never markup. */
import { h } from 'preact';
import type { ComponentChildren, VNode } from 'preact';
import htm from 'htm';

const bound = htm.bind(h);

/** Makes a node from a template with one root element. */
export function html(strings: TemplateStringsArray, ...values: unknown[]): VNode {
  const made = bound(strings, ...values);
  if (Array.isArray(made)) throw new TypeError(`A template needs one root element: ${strings.join('…')}`);
  return made;
}

/** What a component may be given inside. */
export type Children = ComponentChildren;
