/** What a process asks of the bucket of an actor that it shares with others. */
export interface LeaseRequest {
  readonly actorId: string;
  /** Points that are spent at once; none are given if these are not there. */
  readonly needed: number;
  /** Points that would save the next questions; given while the bucket holds plenty. */
  readonly wished: number;
  /** The lease before, which ends with this: how large it was, and what is left of it. */
  readonly closing: ClosedLease;
}

export interface ClosedLease {
  readonly size: number;
  readonly unspent: number;
}

/** What the bucket gives. */
export interface PointLease {
  /** 0, `needed`, or `wished`; only the last is a lease that has to be closed. */
  readonly granted: number;
  /** Points that are left in the bucket. */
  readonly available: number;
}

/** Buckets of points that all processes of a deployment share. */
export interface PointStore {
  /** Takes points out of the bucket, which is full where it is not known. */
  lease(request: LeaseRequest): Promise<PointLease>;
  /** Puts back what is left of a lease. */
  close(actorId: string, closing: ClosedLease): Promise<void>;
  /** Forgets buckets that are full again; gives how many. */
  forgetFull(): Promise<number>;
}

/** How long a lease may be spent from. The store counts it for as long, at least. */
export const LEASE_LIFE_MS = 1_000;
