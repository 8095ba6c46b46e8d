import { setPriority } from 'node:os';
import { answer, type AnswerResult, type AnswerTask } from './answer.js';

const NICE = 10;

/** Does a task. A thread of long ones steps back for those that answer: on Linux a priority is a thread's own. */
export default function work(task: AnswerTask): Promise<AnswerResult> {
  if (task.do === 'answer' && task.port !== null && process.platform === 'linux') setPriority(NICE);
  return answer(task);
}
