/** Gives the reader a file. */
export function download(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** A document as indented JSON. */
export function jsonFile(value: unknown): Blob {
  return new Blob([JSON.stringify(value, null, 2), '\n'], { type: 'application/json' });
}

/** Text as CSV. */
export function csvFile(text: string): Blob {
  return new Blob([text], { type: 'text/csv' });
}
