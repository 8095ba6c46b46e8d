import type { BoostedModel, Objective } from './model.js';

/** Collects nodes while trees grow. */
export class ForestBuilder {
  private readonly treeStart: number[] = [];
  private readonly feature: number[] = [];
  private readonly threshold: number[] = [];
  private readonly left: number[] = [];
  private readonly right: number[] = [];
  private readonly missingLeft: number[] = [];
  private readonly value: number[] = [];
  private readonly gain: number[] = [];
  private readonly cover: number[] = [];

  /** Starts a tree; gives its root. */
  startTree(): number {
    this.treeStart.push(this.feature.length);
    return this.addNode();
  }

  /** Adds a leaf of value 0; gives its number. */
  addNode(): number {
    this.feature.push(-1);
    this.left.push(-1);
    this.right.push(-1);
    for (const list of [this.threshold, this.missingLeft, this.value, this.gain, this.cover]) list.push(0);
    return this.feature.length - 1;
  }

  setLeaf(node: number, value: number, cover: number): void {
    this.value[node] = value;
    this.cover[node] = cover;
  }

  /** Makes a node ask for a feature; gives its two new children, side by side. */
  split(
    node: number,
    at: { feature: number; threshold: number; missingLeft: boolean; gain: number },
  ): [number, number] {
    this.feature[node] = at.feature;
    this.threshold[node] = at.threshold;
    this.missingLeft[node] = at.missingLeft ? 1 : 0;
    this.gain[node] = at.gain;
    this.value[node] = 0;
    const children: [number, number] = [this.addNode(), this.addNode()];
    [this.left[node], this.right[node]] = children;
    return children;
  }

  /** The tree that was started last, as a model of its own whose sums start at 0. */
  lastTree(features: number): BoostedModel {
    const start = this.treeStart[this.treeStart.length - 1]!;
    const child = (node: number): number => (node < 0 ? node : node - start);
    return {
      objective: 'squared',
      quantileLevel: null,
      baseScore: 0,
      features,
      treeStart: Int32Array.of(0, this.feature.length - start),
      feature: Int32Array.from(this.feature.slice(start)),
      threshold: Float32Array.from(this.threshold.slice(start)),
      left: Int32Array.from(this.left.slice(start), child),
      right: Int32Array.from(this.right.slice(start), child),
      missingLeft: Uint8Array.from(this.missingLeft.slice(start)),
      value: Float32Array.from(this.value.slice(start)),
      gain: Float32Array.from(this.gain.slice(start)),
      cover: Float32Array.from(this.cover.slice(start)),
    };
  }

  finish(
    baseScore: number,
    features: number,
    objective: Objective = 'squared',
    quantileLevel: number | null = null,
  ): BoostedModel {
    return {
      objective,
      quantileLevel,
      baseScore: Math.fround(baseScore),
      features,
      treeStart: Int32Array.from([...this.treeStart, this.feature.length]),
      feature: Int32Array.from(this.feature),
      threshold: Float32Array.from(this.threshold),
      left: Int32Array.from(this.left),
      right: Int32Array.from(this.right),
      missingLeft: Uint8Array.from(this.missingLeft),
      value: Float32Array.from(this.value),
      gain: Float32Array.from(this.gain),
      cover: Float32Array.from(this.cover),
    };
  }
}
