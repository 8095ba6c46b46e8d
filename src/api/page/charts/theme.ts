import { useEffect, useState } from 'preact/hooks';

/** Colours and font of a canvas, read from the style sheet. */
export interface Theme {
  readonly ink: string;
  readonly muted: string;
  readonly grid: string;
  readonly card: string;
  readonly series: readonly string[];
  readonly font: string;
  /** A colour of the style sheet, some of it only. */
  readonly colour: (name: string, alpha?: number) => string;
}

const SERIES = ['--blue', '--vermilion', '--green', '--purple', '--orange', '--slate'] as const;

/** The theme as the page looks now. */
export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string, alpha = 1): string => {
    const hex = style.getPropertyValue(name).trim();
    const part = Math.round(alpha * 255);
    return alpha === 1 ? hex : `${hex}${part.toString(16).padStart(2, '0')}`;
  };
  return {
    ...{ ink: colour('--ink'), muted: colour('--muted'), grid: colour('--grid'), card: colour('--card'), colour },
    series: SERIES.map((name) => colour(name)),
    font: `12px ${getComputedStyle(document.body).fontFamily}`,
  };
}

/** The theme, anew when the reader's system goes from light to dark or back. */
export function useTheme(): Theme {
  const [theme, setTheme] = useState(readTheme);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const change = (): void => setTheme(readTheme());
    query.addEventListener('change', change);
    return () => query.removeEventListener('change', change);
  }, []);
  return theme;
}
