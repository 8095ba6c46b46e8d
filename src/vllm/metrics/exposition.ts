/** One sample of a page of metrics. */
export interface ExposedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** NaN and infinite values are as they stand there. */
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)\s*(?:\{(.*)\})?\s+(\S+)(?:\s+\S+)?\s*$/;
const LABEL = /([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?\s*/gy;

/**
 * The samples of a page in Prometheus's text format whose name begins with one of `prefixes`; comments, exemplars and lines that are none are
 * left out. Timestamps are not read.
 */
export function parseExposition(page: string, prefixes: readonly string[]): ExposedSample[] {
  return page.split('\n').flatMap((line) => {
    if (!prefixes.some((prefix) => line.startsWith(prefix))) return [];
    const [, name, inner = '', text] = LINE.exec(line.replace(/\s+# \{.*$/, '')) ?? [];
    const labels = parseLabels(inner.trim());
    const value = Number(text?.replace(/Inf$/, 'Infinity'));
    if (name === undefined || labels === null || (Number.isNaN(value) && text !== 'NaN')) return [];
    return [{ name, labels, value }];
  });
}

/** Null where the text is no list of labels. */
function parseLabels(text: string): Record<string, string> | null {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const [, name, value] = LABEL.exec(text) ?? [];
    if (name === undefined) return null;
    labels[name] = value!.replace(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));
  }
  return labels;
}
