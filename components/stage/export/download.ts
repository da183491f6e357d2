/** Hands a file to the reader. */
export function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has to have begun before its source may go.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
