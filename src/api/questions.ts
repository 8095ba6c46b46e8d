import type { z } from 'zod';
import {
  capacityAnswer,
  capacityQuestion,
  contestAnswer,
  contestQuestion,
  forecastAnswer,
  forecastQuestion,
  goodputAnswer,
  goodputQuestion,
  planAnswer,
  planQuestion,
  simulateAnswer,
  simulateQuestion,
  type Kind,
} from './schemas/index.js';

/** What is asked and answered under each kind, `POST /v1/<kind>`. */
export const QUESTIONS = {
  forecast: {
    question: forecastQuestion,
    answer: forecastAnswer,
    summary: 'What will arrive after the end of the traffic, with its band',
  },
  simulate: {
    question: simulateQuestion,
    answer: simulateAnswer,
    summary: 'How a fixed deployment serves the traffic',
  },
  goodput: {
    question: goodputQuestion,
    answer: goodputAnswer,
    summary: 'The largest rate within the SLO, for one deployment or every split',
  },
  plan: {
    question: planQuestion,
    answer: planAnswer,
    summary: 'Instances for each step to come, by search over simulated serving',
  },
  capacity: {
    question: capacityQuestion,
    answer: capacityAnswer,
    summary: 'The fewest GPUs and the best split for the traffic and an SLO, across profiles and prices',
  },
  contest: {
    question: contestQuestion,
    answer: contestAnswer,
    summary: 'A window of the traffic under each scaling policy',
  },
} as const satisfies Record<Kind, { question: z.ZodType; answer: z.ZodType; summary: string }>;

/** A question of one kind, its defaults filled in. */
export type Question<K extends Kind> = z.output<(typeof QUESTIONS)[K]['question']>;

/** The answer to it. */
export type Answer<K extends Kind> = z.output<(typeof QUESTIONS)[K]['answer']>;
