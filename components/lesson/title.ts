/** Titles: those of scenes, in which `{stepMs}` stands for a value, so that no number is typed; those of mistakes. */

/** Puts what `textOf` says in the place of each {name}. */
export function fillPlaceholders(text: string, textOf: (name: string) => string): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => textOf(name));
}

/** A title that goes on in a sentence: it begins with a small letter, but GELU and ZeRO stay as they are. */
export function inSentence(title: string): string {
  return title.replace(/^[A-Z](?![A-Za-z]*[A-Z])/, (letter) => letter.toLowerCase());
}
