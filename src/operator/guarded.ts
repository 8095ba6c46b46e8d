import { KubeError, type KubeApi } from './kube/kube-api.js';

/** An API whose writes go out only while this process may write: asked right before each goes, however often it is tried. */
export function guarded(api: KubeApi, mayWrite: () => boolean): KubeApi {
  const guard = (): void => {
    if (!mayWrite()) throw new NotLeaderError();
  };
  return {
    watch: (...args) => api.watch(...args),
    send: (request) => api.send(request.method === 'GET' ? request : { ...request, guard }),
  };
}

/** A write was held back because another process leads now. */
export class NotLeaderError extends KubeError {
  constructor() {
    super('nothing is written: another process holds the lease', -1, 'NotLeader');
  }
}
