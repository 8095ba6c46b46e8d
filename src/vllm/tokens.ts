/**
 * Words of which synthetic prompts and responses are made: short and common, so that most tokenizers have each, with the blank before
 * it, as one token.
 */
export const WORDS: readonly string[] = (
  'time year people way day man thing woman life child world school state family student group country problem hand ' +
  'part place case week company system program question work government number night point home water room mother ' +
  'area money story fact month lot right study book eye job word business issue side kind head house service friend ' +
  'father power hour game line end member law car'
).split(' ');

/**
 * Tokens of a text by the rule that the emulator and synthetic prompts share: one for each word, words being what blanks and line
 * ends separate; an empty text has none.
 */
export function countTokens(text: string): number {
  let tokens = 0;
  let isInWord = false;
  for (let i = 0; i < text.length; i++) {
    const isBlank = text.charCodeAt(i) <= 32;
    if (!isBlank && !isInWord) tokens++;
    isInWord = !isBlank;
  }
  return tokens;
}
