/**
 * For children and teenagers, to read with a parent or guardian: play, growing, no judgement of
 * bodies.
 */
import type { TemplateData } from '../../vocabulary.ts';

/** For clients of type YOUTH. */
export const YOUTH_TEMPLATE: TemplateData = {
  packetType: 'YOUTH',
  name: 'Youth plan',
  isDefault: true,
  sections: [
    {
      heading: 'Hello, {{ answers.preferredName | default: client.name }}!',
      body: `
This plan is yours. It is about moving, learning new things and feeling good, and about nothing else. Nobody here counts calories, and nobody gets weighed.

{% if answers.youthGoal %}
{% case answers.youthGoal %}
{% when 'Have fun and be active' %}You said you want to **have fun and be active**. Perfect: everything in here is allowed to make you laugh.
{% when 'Get better at my sport' %}You said you want to **get better at your sport**. The secret of good players: they practise many different things, not one thing all the time.
{% when 'Get stronger' %}You said you want to **get stronger**. At your age strength comes from learning to move well with your own body. It grows faster than you think.
{% when 'Feel more confident' %}You said you want to **feel more confident**. Confidence comes from doing things you could not do last month. We will write those down.
{% endcase %}
{% endif %}
{% if answers.sportsPlayed %}You already do a lot: {{ answers.sportsPlayed | lower_first | sentence }}. Keep going!{% endif %}
{% if answers.whatMakesItFun %}
You told us about fun in sport:

> {{ answers.whatMakesItFun }}

We will remember that in every session.
{% endif %}
`,
    },
    {
      heading: 'Your active week',
      body: `
The goal for young people is **60 minutes of moving a day**, all together: the way to school, breaks, playing, sport. {% if answers.activeMinutesPerDay %}{% if answers.activeMinutesPerDay >= 60 %}You move about {{ answers.activeMinutesPerDay }} minutes already. Great!{% else %}You move about {{ answers.activeMinutesPerDay }} minutes now. Add ten minutes this week, and ten more the next.{% endif %}{% endif %}

{% if computed.weeklyPlan %}
| Day | What | Minutes |
|---|---|---:|
{%- for day in computed.weeklyPlan %}
| {{ day.day }} | {% if day.minutes > 0 %}**{{ day.session }}**{% else %}Free: play what you like{% endif %} | {% if day.minutes > 0 %}{{ day.minutes }}{% else %}–{% endif %} |
{%- endfor %}
{% else %}
Choose three days a week for something that makes you breathe fast, and do something that makes your muscles work on three days: climbing, handstands, wrestling, pull-ups.
{% endif %}

Tired, ill or hurting? Then the plan waits. Tell an adult when something hurts for longer than a day.
`,
    },
    {
      heading: 'Skill challenges',
      body: `
Try one a week. Write down your first result and your best one.

| Challenge | First try | Best |
|---|---|---|
| Balance on one leg with closed eyes (seconds) | | |
| Skip a rope without a stop (times) | | |
| Throw a ball at a wall and catch it with the other hand (in 30 seconds) | | |
| Hang from a bar (seconds) | | |
| Standing long jump (centimetres) | | |
| Learn a new trick of your choice | | |

**Five moves you can do anywhere:** frog jumps, bear crawl, crab walk, plank with high-fives, star jumps. Thirty seconds each, two rounds, with music.
`,
    },
    {
      heading: 'Sleep, food and screens',
      body: `
| | Good for you | You |
|---|---|---|
| Sleep | {% if computed.ageYears and computed.ageYears < 13 %}9–12{% else %}8–10{% endif %} hours | {% if answers.sleepHours %}{{ answers.sleepHours }} hours{% else %}–{% endif %} |
| Moving | 60 minutes a day | {% if answers.activeMinutesPerDay %}{{ answers.activeMinutesPerDay }} minutes{% else %}–{% endif %} |
| Screens outside of school | Up to 2 hours | {% if answers.screenHoursPerDay %}{{ answers.screenHoursPerDay }} hours{% else %}–{% endif %} |
| Drinks | {% if computed.hydrationLitres %}About {{ computed.hydrationLitres }} litres{% else %}With each meal and in each break{% endif %} | Mostly water |

- **Breakfast** {% if answers.eatsBreakfast == false %}is missing on school days. Try something small: a banana, a yoghurt, half a sandwich.{% else %}gives you the energy for school. Milk or yoghurt, grains and fruit make a good one.{% endif %}
- **Colours:** something red, green, yellow or purple from plants at each meal.
- **Hungry?** Then eat. You are growing, and sport makes hungry.
- **The last hour before bed** without screens makes falling asleep easier.
`,
    },
    {
      heading: 'For parents and guardians',
      body: `
{% if answers.guardianName %}Dear {{ answers.guardianName }},{% else %}Dear parents and guardians,{% endif %}

you matter more than any plan. Children move when the people around them do, and stay in sport when it is fun.

- **Praise effort and courage**, not results. “You kept trying” works longer than “you won”.
- **Several sports are better than one** until about 14 years. One day a week and two months a year without organised training protect from overuse.
- **No diets, no comments on weight.** If you are worried about growth or eating, talk to the paediatrician, not to the child.
- **Strength training is safe** with good technique, supervision and light loads.

{% if answers.chestPainOnExertion or answers.dizzinessOrFainting or answers.supervisionAdvised %}
> **Please see your paediatrician before the first session.** The health check names something that should be looked at. Bring us a short note of what is allowed.
{% endif %}
{% if answers.medicalConditions %}
> We know about: {{ answers.medicalConditions | lower_first | sentence }}.{% if answers.medicalConditions contains 'Asthma' %} The inhaler comes along to every session.{% endif %}
{% endif %}

**What we have on file** – please check it:

| | |
|---|---|
{%- if answers.guardianName %}
| Guardian | {{ answers.guardianName }}{% if answers.guardianRelationship %} ({{ answers.guardianRelationship | downcase }}){% endif %} |
{%- endif %}
{%- if answers.guardianPhone %}
| Phone during sessions | {{ answers.guardianPhone }} |
{%- endif %}
{%- if answers.emergencyContact %}
| In an emergency | {{ answers.emergencyContact }} |
{%- endif %}
| Takes part with consent | {% if answers.guardianConsent %}yes{% else %}**still missing: no training before**{% endif %} |
| Photos and videos | {% if answers.photoConsent %}allowed for coaching{% else %}not allowed{% endif %} |
| Goes home alone | {% if answers.mayGoHomeAlone %}yes{% else %}no, will be picked up{% endif %} |
`,
    },
  ],
};
