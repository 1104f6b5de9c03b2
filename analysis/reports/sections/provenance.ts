import { type ArrivalSpec, arrivalOf } from "../../../workloads/arrivals/index.ts";
import {
  type Block,
  type Inline,
  numberColumn,
  proseColumn,
  type Text,
  textColumn,
} from "../parts/document.ts";
import { formats } from "../parts/numbers.ts";
import type { Source } from "../parts/source.ts";
import type { Section } from "./section.ts";

export const provenance: Section = {
  title: "Provenance",
  build(source) {
    return [
      { kind: "facts", facts: facts(source) },
      scenarioTable(source),
      toolchain(source),
      ...notes(source),
    ];
  },
};

function facts({ plan, manifest, cite }: Source): { name: string; value: Text }[] {
  const { machine, model, source } = manifest;
  const digest = (text: string): Inline => ({ kind: "code", text });
  return [
    { name: "Run", value: `${plan.run}, planned ${plan.createdAt}` },
    { name: "Plan", value: [digest(plan.digest)] },
    {
      name: "Source",
      value: [
        `testbed ${manifest.testbedVersion}, commit `,
        digest(source.commit),
        source.dirty ? ", with local changes" : ", no local changes",
      ],
    },
    {
      name: "Machine",
      value: [
        `${machine.cpu}, `,
        cite.manifest(["machine", "cores"], formats.count),
        " cores, ",
        cite.manifest(["machine", "memoryBytes"], formats.gibibytes),
        `; ${machine.os} ${machine.kernel}; Node ${machine.node}`,
      ],
    },
    ...service({ manifest }),
    ...(model === null
      ? []
      : [
          {
            name: "Model",
            value: [
              ...mark(model.synthetic),
              `${model.name}: ${model.note}. Licence: ${model.licence}. Digest `,
              digest(model.digest),
            ],
          },
        ]),
    ...manifest.payload.map((payload, index) => ({
      name: `Payload ${payload.name}`,
      value: [
        ...mark(payload.synthetic),
        cite.manifest(["payload", index, "count"], formats.count),
        ` ${payload.characters === null ? "requests" : "texts"} from ${payload.source}. Licence: ${payload.licence}. Digest `,
        digest(payload.digest),
        ...bodySizes({ manifest, cite }, index),
      ],
    })),
    { name: "Capacity", value: capacity({ manifest, cite }) },
    {
      name: "Seed",
      value: [
        cite.plan(["study", "seed"], formats.exact),
        ": order, arrivals and payloads all follow from it",
      ],
    },
  ];
}

/** Of a payload file: bytes of the bodies. */
function bodySizes({ manifest, cite }: Pick<Source, "manifest" | "cite">, index: number): Inline[] {
  if ((manifest.payload[index]?.bytes ?? null) === null) return [];
  const bytes = (key: "least" | "median" | "most") =>
    cite.manifest(["payload", index, "bytes", key], formats.count);
  return [". Bodies of ", bytes("least"), " to ", bytes("most"), " bytes, median ", bytes("median")];
}

/** For a user's service; for a built-in one the model has these facts. */
function service({ manifest }: Pick<Source, "manifest">): { name: string; value: Text }[] {
  const { service: measured, model } = manifest;
  if (measured === undefined || model !== null) return [];
  const { name, description, kind, digest } = measured;
  return [
    {
      name: "Service",
      value: [
        `${name}${description === "" ? "" : `: ${description}`} (${kind}). Digest `,
        { kind: "code", text: digest },
      ],
    },
  ];
}

function mark(synthetic: boolean): Inline[] {
  return [
    synthetic
      ? { kind: "badge", text: "synthetic", tone: "open" }
      : { kind: "badge", text: "real", tone: "plain" },
    " ",
  ];
}

function capacity({ manifest, cite }: Pick<Source, "manifest" | "cite">): Text {
  const { calibration } = manifest;
  if (calibration === null) return "not calibrated: the rates are literal";
  return [
    `${calibration.variant} sustains `,
    cite.manifest(["calibration", "capacityPerSecond"], formats.magnitude),
    " answers a second (closed loop, ",
    cite.manifest(["calibration", "connections"], formats.count),
    " connections, ",
    cite.manifest(["calibration", "seconds"], formats.exact),
    " s, n = ",
    cite.manifest(["calibration", "n"], formats.count),
    "); rates given as utilisation are shares of it",
  ];
}

function scenarioTable({ plan, cite }: Source): Block {
  return {
    kind: "table",
    caption: "Scenarios",
    columns: [
      textColumn("Scenario"),
      textColumn("Arrivals"),
      textColumn("Rate"),
      numberColumn("Duration, s"),
      textColumn("Payload"),
    ],
    rows: plan.study.scenarios.map(({ name, arrival, rate, payload }, index) => ({
      cells: [
        name,
        arrivalText(arrival, index, cite),
        "utilisation" in rate
          ? [
              cite.plan(["study", "scenarios", index, "rate", "utilisation"], formats.setShare),
              " of the baseline's capacity",
            ]
          : [
              cite.plan(["study", "scenarios", index, "rate", "perSecond"], formats.exact),
              arrivalOf(arrival).saturates ? " per second at the most" : " per second",
            ],
        cite.plan(["study", "scenarios", index, "durationSeconds"], formats.exact),
        payload,
      ],
    })),
  };
}

/** The kind, then its parameters; what is not a number is shown as it stands in the study. */
function arrivalText(arrival: ArrivalSpec, scenario: number, cite: Source["cite"]): Text {
  return [
    arrival.kind,
    ...Object.entries(arrival)
      .filter(([name]) => name !== "kind")
      .flatMap(([name, value]): Inline[] =>
        typeof value === "number"
          ? [`, ${name} `, cite.plan(["study", "scenarios", scenario, "arrival", name], formats.exact)]
          : [`, ${name} ${JSON.stringify(value)}`],
      ),
  ];
}

function toolchain({ manifest }: Source): Block {
  return {
    kind: "table",
    caption: "Toolchain: each part, its version, where it came from",
    columns: [textColumn("Part"), textColumn("Version"), textColumn("Origin"), proseColumn("Note")],
    rows: manifest.toolchain.map(({ part, version, origin, note }) => ({
      cells: [part, version, origin, note],
    })),
  };
}

function notes({ manifest }: Source): Block[] {
  return manifest.notes.length === 0
    ? []
    : [{ kind: "list", items: manifest.notes.map((text) => ({ text })) }];
}
