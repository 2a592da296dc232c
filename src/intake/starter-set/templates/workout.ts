/** The training week and how to train in it. */
import type { TemplateData } from '../../vocabulary.ts';

/** Built around `computed.weeklyPlan`; what it says is still of use without one. */
export const WORKOUT_TEMPLATE: TemplateData = {
  packetType: 'WORKOUT',
  name: 'Training plan',
  isDefault: true,
  sections: [
    {
      heading: 'Your week',
      body: `
{% if computed.weeklyPlan %}
**{{ computed.trainingDaysPerWeek }} {% if computed.trainingDaysPerWeek == 1 %}session{% else %}sessions{% endif %}, {{ computed.weeklyTrainingMinutes }} minutes a week**, placed on the days you have and as far apart as they allow. The days in between are part of the plan: that is when you get fitter.

| Day | Session | Minutes | Effort |
|---|---|---:|---|
{%- for day in computed.weeklyPlan %}
| {{ day.day }} | {% if day.minutes > 0 %}**{{ day.session }}**{% else %}{{ day.session }}{% endif %} | {% if day.minutes > 0 %}{{ day.minutes }}{% else %}–{% endif %} | {{ day.effort | default: '–' }} |
{%- endfor %}

{% if computed.weeklyTrainingMinutes < 150 and computed.isMinor != true %}The World Health Organization advises 150 minutes of movement a week. Brisk walks close the gap: they count in full.{% endif %}
{% else %}
Some answers that a weekly plan needs are missing, so begin with this: two sessions of strength a week with at least a day between them, and a brisk walk of half an hour on three other days.
{% endif %}

{% if answers.preferredTimeOfDay %}Your best time is the {{ answers.preferredTimeOfDay | downcase }}. Protect it: the same time on the same days turns a plan into a habit.{% endif %}
{% if answers.weekNotes %}
What your plan works around:

> {{ answers.weekNotes }}
{% endif %}
{% if answers.chestPainOnExertion or answers.dizzinessOrFainting or answers.supervisionAdvised %}
> **Please wait with this plan until a doctor has cleared you.** Gentle walking is fine until then.
{% endif %}
`,
    },
    {
      heading: 'A session from start to end',
      body: `
| Part | Minutes | What |
|---|---:|---|
| Warm up | 5–8 | Walk, cycle or step until you feel warm; circles with arms and hips |
| Prepare | 3–5 | One easy set of the first exercise |
| Main part | {% if answers.sessionMinutes and answers.sessionMinutes < 30 %}10–15{% elsif answers.sessionMinutes and answers.sessionMinutes < 60 %}20–35{% else %}30–45{% endif %} | Your exercises, see below |
| Cool down | 5 | Slow walking, long breaths, two stretches that feel good |

**Short of time?** Warm up for three minutes and do the first two exercises. It counts.

{% case answers.trainingLevel %}
{% when 'Advanced' %}Work with **one to two repetitions in reserve**, and let the last set of a main lift come close to your limit once a week at most. Every fourth week halve the number of sets.
{% when 'Intermediate' %}Work with **two repetitions in reserve**: you could have done two more, cleanly. Every sixth week do two thirds of the sets.
{% else %}Work with **three repetitions in reserve**: stop when you could still do three more, cleanly. Learning the movement comes before load.
{% endcase %}
`,
    },
    {
      heading: 'Your exercises',
      body: `
{% if computed.isSenior %}
| Exercise | Sets × repetitions | Easier | Harder |
|---|---|---|---|
| Stand up from a chair | 3 × 8 | Push off with the hands | Slowly, 4 seconds down |
| Push-up at the wall | 3 × 8 | Closer to the wall | At a table's edge |
| Row with a band | 3 × 10 | Lighter band | Pause at the chest |
| Heel raises at a worktop | 3 × 12 | Both hands on | One hand, then none |
| Stand on one leg near a wall | 3 × 20 seconds | Fingertips on the wall | Turn your head slowly |
{% elsif answers.equipment contains 'Gym membership' or answers.equipment contains 'Barbell and rack' %}
| Exercise | Sets × repetitions | Instead |
|---|---|---|
| Squat or leg press | 3 × 6–10 | Goblet squat |
| Bench press or push-up | 3 × 6–10 | Dumbbell press |
| Row at cable or machine | 3 × 8–12 | One-arm dumbbell row |
| Romanian deadlift | 3 × 8–10 | Hip thrust |
| Overhead press | 2 × 8–10 | Landmine press |
| Plank or dead bug | 3 × 30 seconds | Suitcase carry |
{% elsif answers.equipment contains 'Dumbbells' or answers.equipment contains 'Kettlebells' or answers.equipment contains 'Resistance bands' %}
| Exercise | Sets × repetitions | Instead |
|---|---|---|
| Goblet squat | 3 × 8–12 | Squat with a band |
| Push-up, hands raised if need be | 3 × 6–12 | Floor press |
| One-arm row | 3 × 8–12 | Row with a band |
| Romanian deadlift | 3 × 8–12 | Glute bridge |
| Overhead press | 2 × 8–12 | Pike push-up |
| Dead bug | 3 × 8 a side | Plank |
{% else %}
| Exercise | Sets × repetitions | Harder |
|---|---|---|
| Squat to a chair | 3 × 10–15 | One-leg squat to a chair |
| Push-up at a table's edge | 3 × 6–12 | On the floor |
| Row under a sturdy table, or with a towel | 3 × 6–12 | Feet further forward |
| Glute bridge | 3 × 12–15 | One leg |
| Side plank | 3 × 20 seconds a side | Lift the upper leg |
| Step-ups on a stair | 3 × 10 a side | With a loaded backpack |
{% endif %}

{% if computed.isMinor %}Quality first, always with your own body weight or light loads, and with an adult who knows the exercises.{% endif %}
{% if answers.equipment %}Built for what you have: {{ answers.equipment | lower_first | sentence }}.{% endif %}
{% if answers.exercisesToAvoid %}Left out at your wish: {{ answers.exercisesToAvoid }}. If one of these is in the list, take its alternative.{% endif %}
{% if answers.currentInjuries %}
> You told us: {{ answers.currentInjuries }}
>
> Train around it, never through it. Pain above 3 of 10, or pain that is still there the next morning, means: take the easier version and tell us.
{% endif %}
{% if answers.medicalConditions contains 'High blood pressure' or answers.medicalConditions contains 'Heart condition' %}
> Breathe out when you push or lift, never hold your breath, and rest for two minutes between sets.
{% endif %}
`,
    },
    {
      heading: 'Endurance by heart rate',
      body: `
{% if computed.heartRateZones and answers.medicalConditions contains 'Heart condition' %}
With a heart condition, your doctor sets your limits. Until you have them, use the talk test: you should always be able to speak in whole sentences.
{% elsif computed.heartRateZones %}
| Zone | Beats per minute | How it feels |
|---|---:|---|
{%- for zone in computed.heartRateZones %}
| {{ zone.zone }} · {{ zone.name }} | {{ zone.fromBpm }}–{{ zone.toBpm }} | {{ zone.feel }} |
{%- endfor %}

Your highest pulse is {% if answers.measuredMaxHeartRateBpm %}{{ computed.maxHeartRateBpm }} bpm, as you measured{% else %}about {{ computed.maxHeartRateBpm }} bpm, estimated from your age{% endif %}{% if answers.restingHeartRateBpm %}; the zones also use your resting pulse of {{ answers.restingHeartRateBpm }}{% endif %}. **Four fifths of your endurance belong in zones 1 and 2.** That feels too easy, and it is right. If pulse and feeling disagree, or you take medicine that slows the heart, trust the feeling.
{% else %}
Use the talk test: in easy sessions you can speak in whole sentences, in hard ones only a few words. Four fifths of your endurance should be easy.
{% endif %}
{% if answers.enjoyedActivities %}Choose what you enjoy: {{ answers.enjoyedActivities | lower_first | sentence }}. The best endurance training is the one you look forward to.{% endif %}
`,
    },
    {
      heading: 'Getting better from week to week',
      body: `
| Weeks | What to do |
|---|---|
| 1–2 | Learn the exercises. Note what you did. |
| 3–4 | Add one or two repetitions to each set. |
| 5–6 | Top of the range in all sets? Take the next weight or the harder version, and go back to the lower number. |
| 7 | Two thirds of the sets. Rest is training. |
| 8 | Repeat your first session, and compare. |

{% if answers.trainingHistory %}
Where you come from:

> {{ answers.trainingHistory }}
{% endif %}

**Missed a session?** Do the next one as planned, and do not make up for it. **Missed a week?** Begin with the last week that felt good. **Ill?** No training with a fever; then two easy sessions before a normal one.

{% if answers.goalDate %}You want to be ready by **{{ answers.goalDate }}**. We check the plan against that day at every check-in.{% endif %}
`,
    },
  ],
};
