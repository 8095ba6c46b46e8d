import assert from 'node:assert/strict';
import { predict, tableOfRows, trainExact } from '../../src/boosting/index.js';

describe('exact boosting at its edges', () => {
  it('learns where missing features belong', () => {
    const rows = Array.from({ length: 40 }, (_, i) => [i % 2 === 0 ? NaN : i]);
    const targets = rows.map(([x]) => (Number.isNaN(x) ? 10 : 1));
    const model = trainExact(tableOfRows(rows), targets);
    const [missing, known] = predict(model, tableOfRows([[NaN], [7]]));
    assert.ok(Math.abs(missing! - 10) < 0.01 && Math.abs(known! - 1) < 0.01, `${missing!} ${known!}`);
  });

  it('makes one leaf of one row, of equal rows, and of rows that are all missing', () => {
    for (const rows of [[[1]], [[2], [2], [2]], [[NaN], [NaN]]]) {
      const model = trainExact(
        tableOfRows(rows),
        rows.map(() => 4),
        { trees: 2 },
      );
      assert.deepEqual(Array.from(model.feature), [-1, -1]);
    }
  });

  it('predicts the base score without trees or rows', () => {
    const none = trainExact({ rows: 0, columns: 2, values: new Float32Array(0) }, [], { trees: 3 });
    assert.equal(predict(none, tableOfRows([[1, 2]]))[0], 0.5);
  });

  it('refuses shapes and numbers that do not fit', () => {
    const table = tableOfRows([[1], [2]]);
    assert.throws(() => trainExact(table, [1]), RangeError);
    assert.throws(() => trainExact(table, [1, NaN]), RangeError);
    assert.throws(() => trainExact(table, [1, 2], { maxDepth: 0 }), RangeError);
    assert.throws(() => tableOfRows([[1], [1, 2]]), RangeError);
    assert.throws(() => predict(trainExact(table, [1, 2]), tableOfRows([[1, 2]])), RangeError);
  });
});
