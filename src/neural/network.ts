import { denseForward, type DenseNet } from './dense-net.js';
import { lstmForward, type LstmNet } from './lstm-net.js';
import { tcnForward, type TcnNet } from './tcn-net.js';

/** A trained network as plain data; it answers without TensorFlow.js. */
export type Network = DenseNet | LstmNet | TcnNet;

/**
 * The network's outputs for one row of inputs. A recurrent or convolutional network reads its row as [steps x features],
 * oldest step first.
 */
export function forward(net: Network, inputs: ArrayLike<number>): Float64Array {
  if (net.kind === 'lstm') return lstmForward(net, inputs);
  return net.kind === 'tcn' ? tcnForward(net, inputs) : denseForward(net, inputs);
}
