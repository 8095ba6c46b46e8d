/**
 * Takes a stream of server-sent events apart, however it is cut.
 *
 * @param onData told the data of each event; its lines are joined
 * @returns takes the next piece of text
 * @source WHATWG HTML, server-sent events: events end with an empty line; other fields than `data` are left out
 */
export function openEventParser(onData: (data: string) => void): (text: string) => void {
  let rest = '';
  let data: string | null = null;
  const takeLine = (line: string): void => {
    if (line === '') {
      if (data !== null) onData(data);
      data = null;
    } else if (line.startsWith('data:')) {
      const value = line.slice(line[5] === ' ' ? 6 : 5);
      data = data === null ? value : `${data}\n${value}`;
    }
  };
  return (text) => {
    rest += text;
    let from = 0;
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n', from)) {
      takeLine(rest.slice(from, rest[end - 1] === '\r' && end > from ? end - 1 : end));
      from = end + 1;
    }
    rest = rest.slice(from);
  };
}
