/** Feeling well in daily life: for people at work, and for those who want to stay independent. */
import type { TemplateData } from '../../vocabulary.ts';

/** For clients of type CORPORATE and SENIOR. */
export const WELLNESS_TEMPLATE: TemplateData = {
  packetType: 'WELLNESS',
  name: 'Wellness plan',
  isDefault: true,
  sections: [
    {
      heading: 'Your picture today',
      body: `
Well-being has several sides. This is how yours look from your answers, and which one we begin with.

| Side | Today | A good range |
|---|---|---|
{%- if answers.activityLevel %}
| Movement | {{ answers.activityLevel }}{% if answers.dailySteps %}, {{ answers.dailySteps | number }} steps{% endif %} | {% if computed.isSenior %}6,000–8,000 steps{% else %}7,000–10,000 steps{% endif %} |
{%- endif %}
{%- if answers.sleepHours %}
| Sleep | {{ answers.sleepHours }} hours | {% if computed.isSenior %}7–8 hours{% elsif computed.isMinor %}8–10 hours{% else %}7–9 hours{% endif %} |
{%- endif %}
{%- if answers.stressLevel %}
| Stress | {{ answers.stressLevel }} of 10 | 5 or less |
{%- endif %}
{%- if answers.workStress %}
| Weight of work | {{ answers.workStress }} of 10 | 5 or less |
{%- endif %}
{%- if answers.deskHoursPerDay %}
| Sitting at work | {{ answers.deskHoursPerDay }} hours | A break every 30–45 minutes |
{%- endif %}
{%- if answers.balanceConfidence %}
| Steady on your feet | {{ answers.balanceConfidence }} of 10 | 8 or more |
{%- endif %}
{%- if answers.chairStands %}
| Chair stands in 30 seconds | {{ answers.chairStands }} | 12 or more for most up to 75 |
{%- endif %}
{%- if computed.hydrationLitres %}
| Drinks | {% if answers.waterLitresPerDay %}{{ answers.waterLitresPerDay }} l{% else %}not known{% endif %} | About {{ computed.hydrationLitres }} l |
{%- endif %}

{% if answers.fallsLastYear and answers.fallsLastYear >= 2 %}**We begin with balance.** {{ answers.fallsLastYear }} falls in a year are a reason to train, not to sit. Please also have your medicines and your eyes checked, and tell your doctor about the falls.
{% elsif answers.sleepHours and answers.sleepHours < 6.5 %}**We begin with sleep.** Everything else gets easier with one more hour of it.
{% elsif answers.workStress and answers.workStress >= 8 %}**We begin with the pressure at work.** Breaks that you really take come before anything that costs more energy.
{% elsif answers.deskHoursPerDay and answers.deskHoursPerDay >= 7 %}**We begin with sitting.** Not an hour of sport, but many short interruptions.
{% else %}**We begin with movement in daily life.** It is what most of the other sides follow.{% endif %}
{% if answers.wellbeingPriorities %}Your own priorities are in it: {{ answers.wellbeingPriorities | lower_first | sentence }}.{% endif %}
`,
    },
    {
      heading:
        '{% if computed.isSenior %}Strong and steady{% else %}Moving through the day{% endif %}',
      body: `
{% if computed.isSenior %}
Ten minutes, every day, next to something solid that you can hold. {% if answers.walkingAid and answers.walkingAid != 'No' %}Keep your walking aid within reach.{% endif %}

| Exercise | How much | What it is for |
|---|---|---|
| Stand up from a chair and sit down slowly | 2 × 8 | Stairs, getting up, the toilet |
| Heel raises | 2 × 12 | A firm push when walking |
| One foot in front of the other | 30 seconds a side | Narrow ways, uneven ground |
| Side steps along the worktop | 2 × 10 | Catching yourself |
| Wall push-ups | 2 × 8 | Pushing off, opening heavy doors |

{% if answers.painfulJoints %}You told us about pain in: {{ answers.painfulJoints | lower_first | sentence }}. Mild discomfort that is gone the next morning is all right. Make the movement smaller if it stays longer.{% endif %}

**Make home safer in an hour:** fix or remove loose rugs, put a light on the way to the bathroom, wear shoes with a back, hold the rail.
{% else %}
The body likes change more than posture. The best position is the next one.

| When | What | How long |
|---|---|---|
| Getting up | Stretch tall, ten slow squats | 2 minutes |
| {% if answers.workPattern == 'At home' %}Before the computer is switched on{% else %}On the way to work{% endif %} | Walk part of the way | 10 minutes |
| Every 40 minutes | Stand up, roll shoulders, look far away | 1 minute |
| After lunch | Walk, outdoors if you can | 10–15 minutes |
| Phone calls | On your feet | As long as they last |
| End of work | Walk once round the block: the day is over | 5 minutes |

{% if answers.wellbeingPriorities contains 'Back and neck' %}
**For back and neck, twice a day:** chin back ten times; shoulder blades together, ten times for five seconds; sit and turn to each side, ten times. Screen at eye level, elbows at desk height, both feet on the floor.
{% endif %}
{% endif %}
{% if computed.weeklyPlan %}
**Your sessions**

| Day | Session | Minutes |
|---|---|---:|
{%- for day in computed.weeklyPlan %}
{%- if day.minutes > 0 %}
| {{ day.day }} | {{ day.session }} | {{ day.minutes }} |
{%- endif %}
{%- endfor %}
{% endif %}
{% if answers.chestPainOnExertion or answers.dizzinessOrFainting or answers.supervisionAdvised %}
> Please see your doctor before you begin, and bring this page along. Gentle walking is fine until then.
{% endif %}
`,
    },
    {
      heading: 'Eating and drinking well',
      body: `
{% if computed.isSenior %}
Three things become more important with the years: **protein, fluids and vitamin D**.

- **Protein:** {% if computed.proteinGrams %}about {{ computed.proteinGrams }} g a day{% if computed.proteinGramsPerMeal %}, some {{ computed.proteinGramsPerMeal }} g at each meal{% endif %}{% else %}a good portion at each meal{% endif %}. Yoghurt, eggs, fish, pulses, cheese.
- **Fluids:** {% if computed.hydrationLitres %}about {{ computed.hydrationLitres }} litres{% else %}a full glass with each meal and between{% endif %}. Put the day's jug on the table in the morning.
- **Vitamin D:** ask your doctor whether you need a supplement, above all from October to March.

Do not diet without medical advice. Losing weight without wanting to is a reason to see a doctor.
{% else %}
{% case answers.lunchHabit %}
{% when 'Brought from home' %}You bring lunch from home: the best habit there is. Cook double portions twice a week, and the work is done.
{% when 'Canteen' %}In the canteen, take the plate in this order: vegetables first, then protein, then the rest. Sauce at the side.
{% when 'Restaurant or delivery' %}For orders: one fixed choice for each place, made when you are not hungry. A bowl or a plate with vegetables beats anything in bread.
{% when 'At the desk' %}You eat at your desk. Fifteen minutes somewhere else change the afternoon more than what is on the plate.
{% when 'Often none' %}You often skip lunch. The afternoon slump and the evening hunger come from there: begin with something small at a fixed time.
{% else %}A plate that carries you through the afternoon: half vegetables, a quarter protein, a quarter grains or potatoes.
{% endcase %}

{% if computed.hydrationLitres %}Drink about **{{ computed.hydrationLitres }} litres a day**. A full bottle on the desk at nine, empty at lunch, full again: that is most of it.{% endif %}
{% if answers.caffeineCups and answers.caffeineCups > 3 %}Of your {{ answers.caffeineCups }} cups of coffee, have the last before 14:00.{% endif %}
{% endif %}
{% if answers.foodAllergies %}
> Keep to what your allergies allow: no {{ answers.foodAllergies | join: ', no ' | downcase }}.
{% endif %}
`,
    },
    {
      heading: 'Calm and company',
      body: `
{% if computed.isSenior %}
Company keeps people healthy. Choose one fixed appointment a week that gets you out of the house: a class, a choir, a walk with a neighbour. {% if answers.supportAtHome %}Tell {{ answers.supportAtHome }} about your plan and what you would like help with.{% endif %}

{% if answers.activitiesToKeep %}
You told us what you want to be able to do for many years:

> {{ answers.activitiesToKeep }}

Each exercise in this packet serves that.
{% endif %}
{% else %}
**An end to the working day.** Write down the three things for tomorrow, close the computer, say it aloud: “done for today”. It sounds odd and works.

**Four minutes of breathing.** In for four seconds, out for six. Before the meeting that matters, or when you get home.

{% if answers.workStress and answers.workStress >= 7 %}At {{ answers.workStress }} of 10, talk early to someone who can change something: your manager, the works council, the company doctor. What you tell your coach is confidential.{% endif %}
{% if answers.supportAtHome %}Let {{ answers.supportAtHome }} know what you are working on.{% endif %}
{% endif %}

If you have felt low, anxious or sleepless for more than two weeks, please talk to a doctor.
`,
    },
    {
      heading: 'Your month at a glance',
      body: `
Tick off what you did. Twenty ticks in a month are a success.

| | Week 1 | Week 2 | Week 3 | Week 4 |
|---|:---:|:---:|:---:|:---:|
{%- if computed.isSenior %}
| Ten minutes of exercises | ☐ ☐ ☐ | ☐ ☐ ☐ | ☐ ☐ ☐ | ☐ ☐ ☐ |
| A walk outdoors | ☐ ☐ ☐ | ☐ ☐ ☐ | ☐ ☐ ☐ | ☐ ☐ ☐ |
| The jug was empty | ☐ ☐ ☐ | ☐ ☐ ☐ | ☐ ☐ ☐ | ☐ ☐ ☐ |
| Time with others | ☐ | ☐ | ☐ | ☐ |
{%- else %}
| Breaks every 40 minutes | ☐ ☐ ☐ | ☐ ☐ ☐ | ☐ ☐ ☐ | ☐ ☐ ☐ |
| A walk after lunch | ☐ ☐ ☐ | ☐ ☐ ☐ | ☐ ☐ ☐ | ☐ ☐ ☐ |
| Work ended on time | ☐ ☐ | ☐ ☐ | ☐ ☐ | ☐ ☐ |
| Seven hours of sleep | ☐ ☐ ☐ | ☐ ☐ ☐ | ☐ ☐ ☐ | ☐ ☐ ☐ |
{%- endif %}

{% if answers.checkInFrequency %}Bring this page to your check-in ({{ answers.checkInFrequency | downcase }}).{% else %}Bring this page to your next check-in.{% endif %}
`,
    },
  ],
};
