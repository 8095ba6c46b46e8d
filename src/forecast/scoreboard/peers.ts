/** What a Python tool reached on the core series, against the paper row; quoted, measured once. */
export interface Peer {
  readonly method: string;
  readonly nmse: string;
  readonly nmae: string;
  /** Series of the eleven on which it is surely worse than recipe R in NMSE. */
  readonly surelyWorse: string;
}

const peer = (method: string, nmse: string, nmae: string, surelyWorse: string): Peer => ({
  ...{ method, nmse, nmae, surelyWorse },
});

/** Published figures of other tools on the same series and split. */
export const PEERS: readonly Peer[] = [
  peer('statsforecast 2.1.1 AutoARIMA', '-13.7', '-3.9', '7 of 11'),
  peer('statsforecast 2.1.1 AutoETS', '-8.8', '-4.1', '11 of 11'),
  peer('statsforecast 2.1.1 AutoCES', '-10.9', '-4.9', '9 of 11'),
  peer('statsforecast 2.1.1 AutoTheta, daily season (7 series)', '-12.4', '-6.0', 'all'),
  peer('statsforecast 2.1.1 MFLES (5 series, refitted)', '-9.0', '-6.3', 'all'),
  peer("LightGBM 4.7.0 on the paper's 7 features, default", '-13.3', '-5.5', '8 of 11'),
  peer("LightGBM 4.7.0 on the paper's 7 features, tuned", '-18.3', '-9.3', '5 of 11'),
  peer('mlforecast 1.1.0 + LightGBM, default', '-14.0', '-5.4', '9 of 11'),
  peer('mlforecast 1.1.0 + LightGBM, tuned', '-19.7', '-9.2', '3 of 11'),
  peer('mlforecast 1.1.0 + LightGBM, differenced, tuned', '-21.5', '-7.4', '4 of 11'),
  peer('mlforecast 1.1.0 + LightGBM, differenced, L1, tuned', '-20.8', '-11.3', '5 of 11'),
  peer('NVIDIA Dynamo 1.6.1 planner: constant', '+8.4', '+4.6', '11 of 11'),
  peer('NVIDIA Dynamo 1.6.1 planner: Kalman, warmed', '+8.1', '+4.8', '11 of 11'),
  peer('NVIDIA Dynamo 1.6.1 planner: ARIMA, warmed (6 series)', '-8.1', '-1.1', '4 of 6'),
  peer('NVIDIA Dynamo 1.6.1 planner: ARIMA, cold (its default)', '+169', '+83', '10 of 10'),
  peer("the paper's recipe with XGBoost 3.2 defaults (histogram)", '+0.7', '+1.6', '10 of 11'),
];
