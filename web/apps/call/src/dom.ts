/** Builds an element: attributes, then children; text is never read as HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

export function button(label: string, act: () => void, kind = "plain"): HTMLButtonElement {
  const node = element("button", { type: "button", class: kind }, label);
  node.addEventListener("click", act);
  return node;
}
