import { decide, initialState, type ControlSettings, type ControlState } from '../../control/index.js';
import type { Forecaster } from '../../forecast/index.js';
import type { Policy } from '../policy.js';

/** What the policy is given: how to control, and a forecaster of requests per bin that has seen everything up to the start. */
export interface ForesailSettings {
  readonly control: ControlSettings;
  readonly forecaster: Forecaster;
  /** Bins to look ahead. */
  readonly steps: number;
  /** The end of the last bin that the forecaster has seen. */
  readonly originAt: number;
}

/** Foresail itself: each closed bin updates the forecast, and `decide` does the rest. */
export function foresailPolicy({ control, forecaster, steps, originAt }: ForesailSettings): Policy {
  let state: ControlState = {
    ...initialState(),
    forecast: { originAt, requests: forecaster.forecast(steps) },
  };
  return {
    name: 'Foresail',
    decide(observation, now) {
      const closed = observation?.closedBins ?? [];
      if (closed.length > 0) {
        forecaster.update(closed.map((bin) => bin.requests ?? NaN));
        state = { ...state, forecast: { originAt: closed.at(-1)!.endsAt, requests: forecaster.forecast(steps) } };
      }
      const result = decide(control, state, observation, now);
      state = result.state;
      return result.decision;
    },
  };
}
