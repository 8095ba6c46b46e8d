import { METRIC } from '../../vllm/index.js';
import { OPERATOR_METRIC } from './metric-names.js';

interface Query {
  readonly expr: string;
  readonly legend: string;
}

interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly queries: readonly Query[];
}

const CHOSEN = 'namespace="$namespace",goodputscaler="$scaler"';
const of = (metric: keyof typeof OPERATOR_METRIC, more = ''): string =>
  `${OPERATOR_METRIC[metric].name}{${CHOSEN}${more}}`;
/** vLLM's own metrics of the model that the GoodputScaler serves. */
const served = (metric: keyof typeof METRIC, suffix = ''): string => `${METRIC[metric]}${suffix}{model_name="$model"}`;
const p90 = (metric: 'ttft' | 'tpot'): string =>
  `histogram_quantile(0.9, sum by (le) (rate(${served(metric, '_bucket')}[5m])))`;

const PANELS: readonly Panel[] = [
  {
    ...{ title: 'Replicas: wanted, asked for, ready', unit: 'short' },
    queries: [
      { expr: of('desired'), legend: '{{role}} wanted' },
      { expr: of('current'), legend: '{{role}} asked for' },
      { expr: of('ready'), legend: '{{role}} ready' },
    ],
  },
  {
    ...{ title: 'Load and its forecast', unit: 'reqps' },
    queries: [
      { expr: `sum(rate(${served('requestsEnded')}[2m]))`, legend: 'requests ended' },
      { expr: of('forecast', ',target="requests",level="0.5"'), legend: 'P50 in {{horizon}}' },
      { expr: of('forecast', ',target="requests",level="0.9"'), legend: 'P90 in {{horizon}}' },
    ],
  },
  {
    ...{ title: 'Waiting and running requests', unit: 'short' },
    queries: [
      { expr: `sum(${served('requestsWaiting')})`, legend: 'waiting' },
      { expr: `sum(${served('requestsRunning')})`, legend: 'running' },
    ],
  },
  {
    ...{ title: 'Latency, P90', unit: 's' },
    queries: [
      { expr: p90('ttft'), legend: 'TTFT' },
      { expr: p90('tpot'), legend: 'TPOT' },
    ],
  },
  {
    ...{ title: 'How well forecasts do', unit: 'percentunit' },
    queries: [
      { expr: of('nmae'), legend: 'NMAE' },
      { expr: of('nmse'), legend: 'NMSE' },
      { expr: of('bias'), legend: 'bias' },
      { expr: of('coverage'), legend: 'coverage' },
    ],
  },
  {
    ...{ title: 'Within the SLO, as planned', unit: 'percentunit' },
    queries: [
      { expr: of('predictedAttainment'), legend: 'predicted attainment' },
      { expr: of('sloAttainment'), legend: 'asked for' },
    ],
  },
  {
    ...{ title: 'Decisions and their reasons', unit: 'short' },
    queries: [
      { expr: `sum by (kind, reason) (increase(${of('decisions')}[5m]))`, legend: '{{kind}}: {{reason}}' },
      { expr: `sum by (limit) (increase(${of('limits')}[5m]))`, legend: 'limited by {{limit}}' },
    ],
  },
  {
    ...{ title: 'Scalings', unit: 'short' },
    queries: [{ expr: `sum by (role, direction) (increase(${of('scalings')}[5m]))`, legend: '{{role}} {{direction}}' }],
  },
  { ...{ title: 'Conditions', unit: 'bool' }, queries: [{ expr: of('condition'), legend: '{{type}}' }] },
  {
    ...{ title: 'Age of metrics and of the model', unit: 's' },
    queries: [
      { expr: of('metricsAge'), legend: 'newest sample' },
      { expr: of('modelAge'), legend: 'model' },
      { expr: of('retrainEvery'), legend: 'from one training to the next' },
    ],
  },
  {
    ...{ title: 'Time of a round, P99, and rounds', unit: 's' },
    queries: [
      {
        expr: `histogram_quantile(0.99, sum by (le) (rate(${OPERATOR_METRIC.reconcileTime.name}_bucket{${CHOSEN}}[5m])))`,
        legend: 'P99',
      },
      { expr: `sum by (outcome) (rate(${of('reconciles')}[5m]))`, legend: '{{outcome}} per second' },
    ],
  },
  {
    ...{ title: 'Leaders, and memory of the operator', unit: 'short' },
    queries: [
      { expr: `sum(${OPERATOR_METRIC.leader.name})`, legend: 'processes that may write' },
      {
        expr: `max(${OPERATOR_METRIC.resident.name} and on (instance) ${OPERATOR_METRIC.leader.name})`,
        legend: 'bytes',
      },
    ],
  },
];

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

/** The Grafana dashboard of one GoodputScaler, chosen on top of it. */
export function dashboard(): object {
  return {
    ...{ uid: 'foresail', title: 'Foresail', tags: ['foresail', 'vllm'], schemaVersion: 39, refresh: '30s' },
    ...{ editable: true, timezone: 'browser', time: { from: 'now-6h', to: 'now' } },
    templating: {
      list: [
        { name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus' },
        variable('namespace', `label_values(${OPERATOR_METRIC.info.name}, namespace)`),
        variable('scaler', `label_values(${OPERATOR_METRIC.info.name}{namespace="$namespace"}, goodputscaler)`),
        variable('model', `label_values(${of('info')}, model)`),
      ],
    },
    panels: PANELS.map(panelOf),
  };
}

function variable(name: string, query: string): object {
  return {
    ...{ name, query, definition: query, type: 'query', label: name },
    datasource: DATASOURCE,
    refresh: 2,
    sort: 1,
  };
}

/** Two panels beside each other, 8 rows high. */
function panelOf({ title, unit, queries }: Panel, place: number): object {
  return {
    ...{ id: place + 1, type: 'timeseries', title, datasource: DATASOURCE },
    gridPos: { x: (place % 2) * 12, y: Math.floor(place / 2) * 8, w: 12, h: 8 },
    fieldConfig: { defaults: { unit, custom: { fillOpacity: 5, lineWidth: 1 } }, overrides: [] },
    options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi' } },
    targets: queries.map(({ expr, legend }, i) => ({
      ...{ refId: String.fromCharCode(65 + i), expr, legendFormat: legend, datasource: DATASOURCE },
    })),
  };
}
