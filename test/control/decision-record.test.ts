import assert from 'node:assert/strict';
import { InputError } from '../../src/base/index.js';
import { decideOnRecord, initialState, readRecord, replayRecord, writeRecord } from '../../src/control/index.js';
import { knowing, role, seen, splitSettings } from '../helpers/control.js';

const record = decideOnRecord(
  { ...splitSettings, mode: 'Bounded', maxStep: 1 },
  knowing([10, 22.1, 1 / 3, 22]),
  seen(role(1), role(2)),
  0,
);

describe('a decision record', () => {
  it('keeps the decision and what it was taken from', () => {
    assert.deepEqual(readRecord(writeRecord(record)), record);
    assert.equal(record.result.decision.kind, 'scale');
  });

  it('is one line, and the same bytes when it is decided again', () => {
    const text = writeRecord(record);
    assert.ok(!text.includes('\n'));
    assert.equal(writeRecord(replayRecord(readRecord(text))), text);
  });

  it('tells a decision that today would be another', () => {
    const tampered = { ...record, result: { ...record.result, limits: [] } };
    assert.notEqual(writeRecord(replayRecord(tampered)), writeRecord(tampered));
  });

  it('keeps numbers that JSON does not have', () => {
    const odd = { ...record, observation: seen(role(1, { waiting: Infinity }), role(1, { kvUse: NaN }), { ttft: -0 }) };
    assert.deepEqual(readRecord(writeRecord(odd)).observation, odd.observation);
  });

  it('of a round in which nothing was seen keeps that', () => {
    const blind = decideOnRecord(splitSettings, initialState(), null, 5);
    assert.deepEqual(readRecord(writeRecord(blind)), blind);
  });

  it('is refused when it is something else', () => {
    assert.throws(() => readRecord('{"schema":"foresail.decision/9"}'), InputError);
    assert.throws(() => readRecord('nothing'), InputError);
    assert.throws(() => readRecord('null'), InputError);
  });
});
