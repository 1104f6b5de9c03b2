/** The recovery part of an analysis: every cell of every scenario with a disruption, and every injection. */
import type { StudySpec } from "../../workloads/spec/spec.ts";
import type { InjectionResult, RecoveryResult } from "../schema/recovery.ts";
import type { TrialResult } from "../schema/trial.ts";
import { recoveryCell } from "./cell.ts";
import { beforeSeconds, holdSeconds, windowSeconds } from "./injection/service-level.ts";
import type { TrialRecovery } from "./trial-recovery.ts";

/** Trials of one variant under one scenario. */
export interface Arm {
  readonly scenario: string;
  readonly variant: string;
  readonly arm: "main" | "aa";
  readonly trials: readonly TrialResult[];
  /** What was kept of the finished ones, by trial. */
  readonly kept: ReadonlyMap<
    string,
    { readonly recovery: TrialRecovery | undefined; readonly recoveryValid: boolean }
  >;
}

/** @returns null where no scenario has a disruption */
export function recoveryOf(study: StudySpec, arms: readonly Arm[]): RecoveryResult | null {
  const disrupted = study.scenarios.flatMap(({ name, disruption }) =>
    disruption === undefined ? [] : [{ name, disruption }],
  );
  if (disrupted.length === 0) return null;
  const injections: InjectionResult[] = [];
  const cells = disrupted.flatMap(({ name, disruption }) =>
    arms
      .filter(({ scenario }) => scenario === name)
      .map(({ scenario, variant, arm, trials, kept }) => {
        const found = trials.flatMap(({ id }) => {
          const { recovery, recoveryValid: valid = false } = kept.get(id) ?? {};
          return recovery === undefined ? [] : [{ valid, recovery }];
        });
        injections.push(...found.flatMap(({ valid, recovery }) => of(recovery, valid)));
        const valid = found.filter((trial) => trial.valid).map(({ recovery }) => recovery);
        return recoveryCell(
          {
            scenario,
            variant,
            arm,
            disruption: disruption.kind,
            planned: trials.length * disruption.injections,
            replicas: valid.map(({ timeline }) => timeline.replicas),
            injections: valid.flatMap(({ injections }) => injections),
            grid: valid[0]?.grid,
          },
          study.alpha,
        );
      }),
  );
  return { rules: { windowSeconds, holdSeconds, beforeSeconds }, cells, injections };
}

function of({ injections }: TrialRecovery, valid: boolean): InjectionResult[] {
  return injections.map((injection) =>
    valid || injection.excluded !== "" ? injection : { ...injection, excluded: "its trial is invalid" },
  );
}
