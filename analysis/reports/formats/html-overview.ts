/** The first screen as HTML. */

import { type Claim, controlWords, type Overview } from "../parts/overview.ts";
import { badgeMarkup, textMarkup } from "./html-blocks.ts";
import { html, type Markup, nothing } from "./markup.ts";

export function overviewMarkup(overview: Overview): Markup {
  const { study, setting, badges, question, asked, claims, control } = overview;
  return html`<header id="answer">
<p class="eyebrow"><span>Study ${study}, ${setting}</span> ${badges.map((badge) => html`<a href="#standing">${badgeMarkup(badge)}</a> `)}</p>
<h1>${question}</h1>
<p class="asked">${asked.map((text) => html`${textMarkup(text)} `)}</p>
${claims.map((group) => claimGroup(group.scenario, group.description, group.claims))}
${overview.objectives.length === 0 ? nothing : objectivesMarkup(overview.objectives)}
${standing(overview)}
${control.length === 0 ? nothing : claimGroup("A/A control", controlWords, control)}
</header>`;
}

/** Whether the answer can be believed. */
function standing({ validity, synthetic, cautions }: Overview): Markup {
  return html`<div class="standing" id="standing">
<section aria-label="Validity">
<h2><a href="#validity">${badgeMarkup(validity.badge)}</a></h2>
<dl class="counts">${validity.counts.map(
    ({ label, figure }) => html`<div><dt>${label}</dt><dd>${textMarkup(figure)}</dd></div>`,
  )}</dl>
<p>${validity.sentence}</p>
</section>
${notice("synthetic", "Synthetic", synthetic)}
${notice("caution", "Read with care", cautions.map(textMarkup))}
</div>`;
}

function claimGroup(name: string, description: string, claims: readonly Claim[]): Markup {
  const list =
    claims.length === 0
      ? html`<p class="aside">No primary comparison was made.</p>`
      : html`<ul>${claims.map(
          ({ badge, sentence, to }) =>
            html`<li>${badgeMarkup(badge)}<a href="#${to}" data-claim="">${sentence}</a></li>`,
        )}</ul>`;
  return html`<section class="scenario" aria-label="${name}">
<h2>${name}<span>${description}</span></h2>
${list}
</section>
`;
}

function objectivesMarkup(objectives: readonly Claim[]): Markup {
  return html`<section class="scenario" aria-label="Objectives">
<h2>Objectives<span>limits that the service has to keep</span></h2>
<ul>${objectives.map(
    ({ badge, sentence, to }) => html`<li>${badgeMarkup(badge)}<a href="#${to}">${sentence}</a></li>`,
  )}</ul>
</section>
`;
}

function notice(kind: string, title: string, items: readonly (string | Markup)[]): Markup {
  if (items.length === 0) return nothing;
  return html`<section class="${kind}" aria-label="${title}">
<h2>${title}</h2>
${items.map((item) => html`<p>${item}</p>`)}
</section>`;
}
