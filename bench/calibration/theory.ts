/** What queueing theory says, independent of the code that is tested. Times in the unit of the rates given. */

/** Waiting times by Lindley's recursion, W_i = max(0, W_(i-1) + S - gap_i), with constant service S. */
export function lindleyWaits(offsets: Float64Array, service: number): Float64Array {
  const waits = new Float64Array(offsets.length);
  for (let i = 1; i < offsets.length; i++) {
    waits[i] = Math.max(0, waits[i - 1]! + service - (offsets[i]! - offsets[i - 1]!));
  }
  return waits;
}

/** M/D/1, Pollaczek-Khinchine: mean wait = rho D / (2 (1 - rho)). */
export function md1MeanWait(rate: number, service: number): number {
  const rho = rate * service;
  return (rho * service) / (2 * (1 - rho));
}

/** M/D/1, Erlang 1909: P(W <= t) = (1 - rho) sum over k <= t/D of (rate (kD - t))^k / k! e^(-rate (kD - t)). */
export function md1WaitCdf(rate: number, service: number, t: number): number {
  let sum = 0;
  for (let k = 0; k <= Math.floor(t / service); k++) {
    const x = rate * (k * service - t);
    let term = Math.exp(-x);
    for (let j = 1; j <= k; j++) term *= x / j;
    sum += term;
  }
  return (1 - rate * service) * sum;
}

/** M/M/1: the response time is exponential with rate (service rate - arrival rate). */
export function mm1ResponseQuantile(rate: number, serviceMean: number, probability: number): number {
  return -Math.log(1 - probability) / (1 / serviceMean - rate);
}

export function mm1MeanResponse(rate: number, serviceMean: number): number {
  return 1 / (1 / serviceMean - rate);
}

/**
 * M/D/c (Crommelin 1932): over one service time, N' = max(N - c, 0) + Poisson(rate D). The stationary law by iteration,
 * then the mean wait by Little's law, E(N - c)+ / rate.
 */
export function mdcMeanWait(rate: number, service: number, servers: number): number {
  const states = 400;
  const poisson = [Math.exp(-rate * service)];
  for (let k = 1; k < states; k++) poisson[k] = (poisson[k - 1]! * rate * service) / k;
  let law = poisson.slice();
  for (let round = 0; round < 3_000; round++) {
    const next = new Array<number>(states).fill(0);
    law.forEach((p, n) => {
      if (p < 1e-18) return;
      const left = Math.max(0, n - servers);
      for (let k = 0; k + left < states && (k < 5 || poisson[k]! > 1e-18); k++)
        next[k + left]! += p * poisson[k]!;
    });
    const change = next.reduce((sum, p, n) => sum + Math.abs(p - law[n]!), 0);
    law = next;
    if (change < 1e-13) break;
  }
  return law.reduce((sum, p, n) => sum + p * Math.max(0, n - servers), 0) / rate;
}
