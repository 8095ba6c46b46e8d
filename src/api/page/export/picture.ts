/** A drawing that can become part of a picture, in CSS pixels. */
export interface Snapshot {
  readonly image: CanvasImageSource;
  readonly width: number;
  readonly height: number;
}

const SCALE = 2;
const MARGIN = 24;

/** A chart as PNG: its title and sentence above it, in the colours that the page has now. */
export async function pictureOf(title: string, sentence: string, { image, width, height }: Snapshot): Promise<Blob> {
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d')!;
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const family = getComputedStyle(document.body).fontFamily;
  const [large, small] = [`600 17px ${family}`, `13px ${family}`];
  const lines = [...wrap(pen, title, large, width, 24), ...wrap(pen, sentence, small, width, 20)];
  const top = MARGIN + lines.reduce((sum, line) => sum + line.height, 0) + 12;
  canvas.width = (width + 2 * MARGIN) * SCALE;
  canvas.height = (top + height + MARGIN) * SCALE;
  pen.scale(SCALE, SCALE);
  pen.fillStyle = colour('--card');
  pen.fillRect(0, 0, canvas.width, canvas.height);
  let y = MARGIN;
  for (const line of lines) {
    y += line.height;
    pen.font = line.font;
    pen.fillStyle = colour(line.font === large ? '--ink' : '--muted');
    pen.fillText(line.text, MARGIN, y - 6);
  }
  pen.drawImage(image, MARGIN, top, width, height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the picture cannot be made'))), 'image/png'),
  );
}

interface Line {
  readonly text: string;
  readonly font: string;
  readonly height: number;
}

function wrap(pen: CanvasRenderingContext2D, text: string, font: string, width: number, height: number): Line[] {
  pen.font = font;
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)!} ${word}`;
    if (lines.length > 0 && pen.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((line) => ({ text: line, font, height }));
}

const COPIED = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'opacity', 'font', 'text-anchor'] as const;

/** An SVG on the page as an image, with the colours and fonts that the style sheet gives it. */
export async function snapshotOfSvg(svg: SVGSVGElement): Promise<Snapshot> {
  const { width, height } = svg.getBoundingClientRect();
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = svg.querySelectorAll<SVGElement>('*');
  copy.querySelectorAll<SVGElement>('*').forEach((element, i) => {
    const style = getComputedStyle(originals[i]!);
    for (const name of COPIED) element.style.setProperty(name, style.getPropertyValue(name));
  });
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  const address = URL.createObjectURL(
    new Blob([new XMLSerializer().serializeToString(copy)], { type: 'image/svg+xml' }),
  );
  const image = new Image();
  image.src = address;
  await image.decode();
  URL.revokeObjectURL(address);
  return { image, width, height };
}
