/** The titles of scenes: text in which `{stepMs}` stands for a value, so that no number is typed. */

/** Puts what `textOf` says in the place of each {name}. */
export function fillPlaceholders(text: string, textOf: (name: string) => string): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => textOf(name));
}
