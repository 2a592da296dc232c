/** The season of an athlete: load, zones, fuel, and the day that counts. */
import type { TemplateData } from '../../vocabulary.ts';

/** For clients of type ATHLETE. */
export const PERFORMANCE_TEMPLATE: TemplateData = {
  packetType: 'PERFORMANCE',
  name: 'Performance plan',
  isDefault: true,
  sections: [
    {
      heading: 'Season at a glance',
      body: `
| | |
|---|---|
| Sport | {{ answers.sport | default: 'To be agreed' }} |
{%- if answers.competitionLevel %}
| Level | {{ answers.competitionLevel }} |
{%- endif %}
{%- if answers.seasonPhase %}
| Phase | {{ answers.seasonPhase }} |
{%- endif %}
{%- if answers.athleteGoal %}
| Main aim | {{ answers.athleteGoal }} |
{%- endif %}
{%- if answers.nextCompetitionName or answers.nextCompetitionDate %}
| Next competition | {{ answers.nextCompetitionName | default: 'Date' }}{% if answers.nextCompetitionDate %}: {{ answers.nextCompetitionDate }}{% endif %} |
{%- endif %}
{%- if answers.weeklyTrainingHours %}
| Training now | {{ answers.weeklyTrainingHours }} hours a week |
{%- endif %}

{% case answers.seasonPhase %}
{% when 'Off-season' %}**Off-season: build the base.** Repair what hurts, get strong, and do the easy volume that nobody sees. Skill stays warm with two short sessions a week.
{% when 'Pre-season' %}**Pre-season: make it specific.** Strength turns into power, easy volume makes room for race-like efforts. Load rises by a tenth a week at most, with an easy week after every three.
{% when 'In season' %}**In season: stay fresh.** Competition is the hard session. Two short strength sessions a week keep what you built; everything else serves recovery.
{% when 'Taper' %}**Taper: trust the work.** Volume down by 40 to 60 % over two weeks, intensity stays, and nothing new is tried.
{% else %}Tell us which phase of the season you are in, and we place the weeks below on your calendar.
{% endcase %}

{% if answers.personalBests %}
What you have shown already:

> {{ answers.personalBests }}
{% endif %}
`,
    },
    {
      heading: 'Intensity zones',
      body: `
{% if computed.heartRateZones %}
| Zone | Beats per minute | Share of your time | How it feels |
|---|---:|---:|---|
{%- for zone in computed.heartRateZones %}
| {{ zone.zone }} · {{ zone.name }} | {{ zone.fromBpm }}–{{ zone.toBpm }} | {% case zone.zone %}{% when 1 %}30 %{% when 2 %}50 %{% when 3 %}5 %{% when 4 %}10 %{% else %}5 %{% endcase %} | {{ zone.feel }} |
{%- endfor %}

{% if answers.measuredMaxHeartRateBpm %}The zones follow your measured maximum of {{ computed.maxHeartRateBpm }} bpm{% else %}The zones follow an estimated maximum of {{ computed.maxHeartRateBpm }} bpm, which may be off by ten beats: measure yours in a hard finish when you are rested{% endif %}{% if answers.restingHeartRateBpm %} and your resting pulse of {{ answers.restingHeartRateBpm }} bpm{% endif %}. Keep the easy days easy, so that the hard ones can be hard.
{% else %}
Work by feel: four fifths of your time at an effort that allows whole sentences, one fifth clearly hard, and little in between.
{% endif %}
`,
    },
    {
      heading: 'Your training week',
      body: `
{% if computed.weeklyPlan %}
The frame of your week: **{{ computed.trainingDaysPerWeek }} sessions, {{ computed.weeklyTrainingMinutes }} minutes**. Practice of your sport counts towards it: let it take the place of the endurance sessions, and keep the strength.

| Day | Session | Minutes | Effort |
|---|---|---:|---|
{%- for day in computed.weeklyPlan %}
| {{ day.day }} | {{ day.session }} | {% if day.minutes > 0 %}{{ day.minutes }}{% else %}–{% endif %} | {{ day.effort | default: '–' }} |
{%- endfor %}
{% else %}
Until we know your days: two sessions of strength with two days between them, one of power when you are fresh, and the rest is your sport.
{% endif %}

**Placing it:** strength after practice or six hours apart, never before skill work. No hard legs in the two days before a competition. The day after one: 30 minutes in zone 1.

{% if answers.weeklyTrainingHours and answers.weeklyTrainingHours > 15 and computed.isMinor != true %}You train {{ answers.weeklyTrainingHours }} hours a week. At that volume an extra session rarely helps; an extra hour of sleep does.{% endif %}
{% if computed.isMinor and answers.weeklyTrainingHours and computed.ageYears and answers.weeklyTrainingHours > computed.ageYears %}
> As long as you are growing, hours of organised training a week should not exceed your age in years. You are above it ({{ answers.weeklyTrainingHours }} hours): we plan less, not more.
{% endif %}
{% if answers.currentInjuries %}
> Load is planned around: {{ answers.currentInjuries }}
{% endif %}
{% if answers.chestPainOnExertion or answers.dizzinessOrFainting or answers.supervisionAdvised %}
> **No hard training before a sports physician has cleared you.** What you told us in the health check needs to be looked at first.
{% endif %}
`,
    },
    {
      heading: 'Fuel for training and competition',
      body: `
{% if computed.targetKcal and computed.isMinor != true %}
An average day: **{{ computed.targetKcal | number }} kcal** with {{ computed.proteinGrams }} g protein, {{ computed.carbohydrateGrams }} g carbohydrate and {{ computed.fatGrams }} g fat. Carbohydrate moves with the load: more on long days, less on free ones.
{% elsif computed.isMinor %}
Eat regularly and enough: three meals and two snacks, and always something within an hour after training. Never train hungry to become lighter.
{% endif %}

| When | What | How much |
|---|---|---|
| 3 hours before | A normal meal, low in fat and fibre | {% if answers.weightKg and computed.isMinor != true %}About {{ answers.weightKg | times: 2 | round }} g carbohydrate{% else %}Until you are comfortably full{% endif %} |
| 30 minutes before | Banana, bread with honey | If you feel like it |
| During, over an hour | Drink with carbohydrate | 30–60 g an hour |
| Within an hour after | Protein and carbohydrate | {% if computed.proteinGramsPerMeal %}About {{ computed.proteinGramsPerMeal }} g protein{% else %}20–30 g protein{% endif %}, and a good portion of carbohydrate |

{% if computed.hydrationTrainingMlPerHour %}Drink about {{ computed.hydrationTrainingMlPerHour }} ml for each hour of training{% if computed.hydrationLitres %}, on top of {{ computed.hydrationLitres }} litres for the day{% endif %}. More than 2 % lighter after training means: drink more next time.{% endif %}
{% if answers.supplements %}You use: {{ answers.supplements | lower_first | sentence }}.{% endif %}
{% if answers.dopingTests %}
> **You are subject to doping tests.** Use supplements only if tested by batch for banned substances, check each medicine against the current list, and keep your whereabouts up to date. The responsibility is always yours.
{% endif %}
{% if answers.athleteGoal == 'Reach a lower weight class' %}
{% if computed.energyStrategy == 'deficit' %}
> Losing weight in a season costs power. At most half a percent of body weight a week, never in the last two weeks, and no water cutting without a professional.
{% else %}
> We do not plan weight loss for you now: at your age, weight or situation it would cost more than it brings. We look for performance within the class you are in.
{% endif %}
{% endif %}
`,
    },
    {
      heading: 'Readiness and warning signs',
      body: `
Two minutes each morning, before the first coffee.

| Sign | Green | Yellow: take a third off | Red: easy day, call us |
|---|---|---|---|
| Resting pulse | {% if answers.restingHeartRateBpm %}Up to {{ answers.restingHeartRateBpm | plus: 4 }}{% else %}Usual, ± 4{% endif %} | {% if answers.restingHeartRateBpm %}{{ answers.restingHeartRateBpm | plus: 5 }} to {{ answers.restingHeartRateBpm | plus: 9 }}{% else %}5 to 9 more{% endif %} | {% if answers.restingHeartRateBpm %}{{ answers.restingHeartRateBpm | plus: 10 }} and more{% else %}10 and more above{% endif %} |
| Sleep | 8 hours and more | 6 to 8 hours | Less than 6, twice in a row |
| Legs | Fresh | Heavy, better after warming up | Heavy, and they stay so |
| Mood | Keen | Flat | Irritable for days |

Several yellows for more than a week, a cold that will not end, a drop in performance in spite of rest{% if answers.sexAtBirth != 'Male' %}, or missed periods{% endif %}: these are signs of too little energy or too much load. Tell us early; it is a matter of weeks then, and of months later.
`,
    },
    {
      heading: 'The week of the competition',
      body: `
{% if answers.nextCompetitionDate %}Counting back from **{{ answers.nextCompetitionDate }}**{% if answers.nextCompetitionName %} ({{ answers.nextCompetitionName }}){% endif %}:{% else %}Counting back from the day:{% endif %}

| Days before | Training | Everything else |
|---|---|---|
| 7–5 | Last session at competition intensity, half the volume | Check equipment and travel |
| 4–3 | Easy, with four short accelerations | An extra hour of sleep |
| 2 | Rest | More carbohydrate, familiar food only |
| 1 | 20 minutes easy, three short efforts | Pack, eat early, legs up |
| 0 | Your usual warm-up | Nothing new today |

Afterwards, within two days, write down three things: what worked, what you would change, what you learned. We begin the next block with that page.
`,
    },
  ],
};
