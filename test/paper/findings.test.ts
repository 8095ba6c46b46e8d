import assert from 'node:assert/strict';
import { findingLines, findingsSection } from '../../src/paper/index.js';
import { findingOf, isAbove } from '../../src/paper/finding.js';

describe('a finding of the paper', () => {
  const agreed = findingOf('A is above B.', '3 against 2.', true, () => 'never asked');
  const denied = findingOf('A is above B.', '2 against 2.', false, () => 'They are equal.');

  it('is told with ours and the verdict, and with a reason only where the two differ', () => {
    assert.equal(agreed.why, null);
    assert.deepEqual(findingLines(agreed), [
      ['The paper', 'A is above B.'],
      ['Here', '3 against 2.'],
      ['Agrees', 'yes'],
    ]);
    assert.deepEqual(findingLines(denied).at(-1), ['Agrees', 'no. They are equal.']);
  });

  it('is a paragraph of the page; without findings there is no section', () => {
    const [section] = findingsSection([agreed, denied]);
    assert.deepEqual(section!.text, [
      'The paper: A is above B. Here: 3 against 2. Agrees: yes',
      'The paper: A is above B. Here: 2 against 2. Agrees: no. They are equal.',
    ]);
    assert.deepEqual(findingsSection([]), []);
  });

  it('takes measures within 1 % of each other for equal', () => {
    for (const [value, other, above] of [
      [101.1, 100, true],
      [100.9, 100, false],
      [100, 100, false],
      [0.1, 0, true],
      [0, 0, false],
      [NaN, 1, false],
    ] as const)
      assert.equal(isAbove(value, other), above, `${value} above ${other}`);
  });
});
