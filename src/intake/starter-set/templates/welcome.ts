/** The first packet of every client: what we understood, what comes next. */
import type { TemplateData } from '../../vocabulary.ts';

/** For all client types, with a text for each. */
export const WELCOME_TEMPLATE: TemplateData = {
  packetType: 'WELCOME',
  name: 'Welcome',
  isDefault: true,
  sections: [
    {
      heading: 'Welcome, {{ answers.preferredName | default: client.name }}',
      body: `
Thank you for taking the time to tell us about yourself. We have read every answer, and this packet says what we understood, what your first two weeks look like, and how we work together. Keep it at hand: we will come back to it at every check-in.

{% case client.clientType %}
{% when 'ATHLETE' %}You already know how to work hard{% if answers.sport %} at {{ answers.sport }}{% endif %}. Our part is to make the work count on the days that matter, and to keep you healthy on the way there.
{% when 'YOUTH' %}Here, training means moving a lot, learning new things and having a good time. Nobody is weighed, ranked or compared. Please read this packet together with {{ answers.guardianName | default: 'your parent or guardian' }}.
{% when 'SENIOR' %}Strength, balance and stamina can be trained at any age, and the gains show up where they matter: on stairs, in the garden, when you carry the shopping. We begin where you are and go up in small steps.
{% when 'CORPORATE' %}{{ answers.companyName | default: 'Your employer' }} pays for this programme, and what you tell us stays between you and your coach. We plan for a working week as it really is, meetings and late evenings included.
{% else %}Good coaching is not about doing everything at once. We pick the few things that will move you most, fit them into the week you really have, and adjust as we learn.
{% endcase %}
`,
    },
    {
      heading: 'What we heard',
      body: `
{% assign goal = answers.primaryGoal | default: answers.athleteGoal | default: answers.seniorGoal | default: answers.youthGoal %}
{%- if goal %}
Your main goal: **{{ goal }}**.
{%- endif %}
{%- if answers.secondaryGoals %} You would also welcome {{ answers.secondaryGoals | lower_first | sentence }}.{% endif %}
{%- if answers.wellbeingPriorities %} From the programme you hope for help with {{ answers.wellbeingPriorities | lower_first | sentence }}.{% endif %}
{%- if answers.goalDate %} The day you are working towards is **{{ answers.goalDate }}**.{% endif %}
{%- if answers.nextCompetitionDate %} Your next important date is **{{ answers.nextCompetitionDate }}**{% if answers.nextCompetitionName %}: {{ answers.nextCompetitionName }}{% endif %}.{% endif %}

{% if answers.motivation %}
In your own words:

> {{ answers.motivation }}
{% endif %}

{% if answers.activitiesToKeep %}
What you want to be able to do for many years:

> {{ answers.activitiesToKeep }}
{% endif %}

{% if answers.confidence %}
{% if answers.confidence >= 8 %}You rated your confidence {{ answers.confidence }} of 10. That is a strong start; we will use it to set the habits that carry you through weaker weeks.
{% elsif answers.confidence >= 5 %}You rated your confidence {{ answers.confidence }} of 10. That is honest and enough to begin with. Early wins will raise it, so the first two weeks are deliberately easy to complete.
{% else %}You rated your confidence {{ answers.confidence }} of 10. Then the plan must get smaller, not you. We start with steps so small that they are hard to miss.
{% endif %}
{% endif %}

{% if answers.pastObstacles %}
What got in the way before, and what we do about it:
{% for obstacle in answers.pastObstacles %}
- **{{ obstacle }}.** {% case obstacle %}{% when 'Not enough time' %}Every session has a 15-minute version that counts in full.{% when 'Lost motivation' %}We measure what changes early, such as sleep, energy and strength, so that you see progress before the mirror shows it.{% when 'Pain or injury' %}Each exercise has a gentler alternative, and we change it at the first sign of pain.{% when 'Too strict a plan' %}Nothing is forbidden. We work with habits that leave room for a life.{% when 'Travel' %}You get a travel version that needs a floor and nothing else.{% when 'Stress' %}In hard weeks the plan shrinks first: keeping the habit matters more than the load.{% when 'Nobody to do it with' %}We put check-ins where you need them, and help you find company for one session a week.{% else %}Good: no old habits to unlearn. We take the time to teach everything properly.{% endcase %}
{%- endfor %}
{% endif %}

If we misread something, tell us at the first check-in. A plan is only as good as what it is built on.
`,
    },
    {
      heading: 'Your starting point',
      body: `
These are the facts we build on. They describe a beginning, not a person.

| | |
|---|---|
| Client | {{ client.name }} |
{%- if computed.ageYears %}
| Age | {{ computed.ageYears }} years |
{%- endif %}
{%- if answers.heightCm and computed.isMinor != true %}
| Height | {{ answers.heightCm }} cm |
{%- endif %}
{%- if answers.weightKg and computed.isMinor != true %}
| Weight | {{ answers.weightKg }} kg |
{%- endif %}
{%- if answers.sport %}
| Sport | {{ answers.sport }} |
{%- endif %}
{%- if answers.activityLevel %}
| Usual day | {{ answers.activityLevel }} |
{%- endif %}
{%- if answers.sleepHours %}
| Sleep | {{ answers.sleepHours }} hours a night |
{%- endif %}
{%- if answers.trainingLevel %}
| Training level | {{ answers.trainingLevel }} |
{%- endif %}
{%- if answers.availableDays %}
| Days for training | {{ answers.availableDays }} |
{%- endif %}
{%- if answers.sessionMinutes %}
| Time per session | {{ answers.sessionMinutes }} minutes |
{%- endif %}

{% if answers.chestPainOnExertion or answers.dizzinessOrFainting or answers.supervisionAdvised %}
> **Before the first session:** your health check shows something a doctor should look at. Please see yours and bring a short note of what is allowed. Until then, keep to gentle walking. This is routine, and it protects you.
{% elsif answers.medicalConditions %}
> You told us about: {{ answers.medicalConditions | lower_first | sentence }}. Please mention the new programme to your doctor at your next visit, and tell us about any change of medicine.
{% endif %}

{% if answers.currentInjuries %}
We plan around this: *{{ answers.currentInjuries }}*
{% endif %}
`,
    },
    {
      heading: 'Your first two weeks',
      body: `
The aim of these weeks is not fitness yet. It is to make the new routine feel normal.

**Week 1: settle in**

- [ ] Read your packets once, without changing anything.
- [ ] Put your sessions into the calendar like appointments{% if computed.trainingDaysPerWeek %} ({{ computed.trainingDaysPerWeek }} a week){% endif %}.
- [ ] Do the first session at two thirds of what you could.
- [ ] Go to bed at the same time on four evenings.

**Week 2: find the rhythm**

- [ ] Complete every planned session, in its short version if need be.
{%- if computed.hydrationLitres %}
- [ ] Drink about {{ computed.hydrationLitres }} litres a day.
{%- endif %}
- [ ] Write down one thing that went well each day. One line is enough.
- [ ] Note your questions for the first check-in.

{% if answers.startDate %}You wanted to begin on **{{ answers.startDate }}**, so count the two weeks from there.{% endif %}
`,
    },
    {
      heading: 'How we work together',
      body: `
{% case answers.checkInFrequency %}
{% when 'Weekly' %}We check in **every week**, in about ten minutes: what went well, what got in the way, what changes.
{% when 'Every two weeks' %}We check in **every two weeks**, in about twenty minutes: what went well, what got in the way, what changes.
{% when 'Monthly' %}We check in **once a month**, in about half an hour, and by message in between whenever you need it.
{% else %}We agree on a rhythm for check-ins in our first talk. Weekly works best for most people at the beginning.
{% endcase %}

{% case answers.coachingStyle %}
{% when 'Clear instructions' %}You asked for clear instructions. So you will always know what to do next, and we keep the theory short.
{% when 'Gentle encouragement' %}You asked for encouragement. We look at what worked first, always, and never use guilt.
{% when 'Facts and figures' %}You asked for facts and figures. Your packets name the numbers and where they come from, and we review them together.
{% when 'Freedom with a safety net' %}You asked for freedom with a safety net. We agree on the few things that matter, you decide how, and we step in when something slips.
{% endcase %}

{% if answers.preferredContact %}We reach you by **{{ answers.preferredContact }}**, as you prefer.{% endif %}
{% if answers.supportAtHome %}It helps to have someone on your side. Show this page to your support: {{ answers.supportAtHome }}.{% endif %}

**Stop and call a doctor** if you feel chest pain or pressure, faint, become breathless at rest, or your heart races without cause. Sharp or growing pain in a joint means: stop that exercise and tell us the same day.
`,
    },
  ],
};
