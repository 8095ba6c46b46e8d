import { readFile } from 'node:fs/promises';
import { InputError, isDay } from '../base/index.js';

/**
 * The days that `--holidays` names: dates with commas between them, or a file with one date at the beginning of each line (what
 * follows a comma or a space is its name; lines that begin with # are left out).
 *
 * @returns as `YYYY-MM-DD`, each once, the earliest first
 * @throws InputError at what is no date, and when there is none
 */
export async function readHolidays(given: string): Promise<string[]> {
  const isList = /^\s*\d{4}-\d/.test(given);
  const days = isList ? given.split(',').map((text) => dayOf(text, '--holidays')) : daysOf(await textOf(given), given);
  if (days.length === 0) throw new InputError(`${given}: has no date`);
  return [...new Set(days)].sort();
}

function daysOf(text: string, file: string): string[] {
  return text.split(/\r?\n/).flatMap((line, i) => {
    if (line.trim() === '' || line.startsWith('#')) return [];
    return [dayOf(line.split(/[,;\s]/)[0]!, `${file}:${i + 1}`)];
  });
}

function dayOf(text: string, where: string): string {
  const day = text.trim();
  if (isDay(day)) return day;
  throw new InputError(
    `${where}: a holiday must be a date such as 2026-05-01, got ${JSON.stringify(day.slice(0, 40))}`,
  );
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    throw new InputError(`--holidays must be dates or a file of them, and ${file} cannot be read (${code})`, { cause });
  }
}
