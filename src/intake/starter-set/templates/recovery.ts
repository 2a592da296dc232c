/** Sleep, easy days and stress: where training takes effect. */
import type { TemplateData } from '../../vocabulary.ts';

/** For all client types but YOUTH and SENIOR. */
export const RECOVERY_TEMPLATE: TemplateData = {
  packetType: 'RECOVERY',
  name: 'Recovery plan',
  isDefault: true,
  sections: [
    {
      heading: 'Where you stand',
      body: `
Training is a question to the body; recovery is its answer. This is what you told us about yours.

| | You | Aim |
|---|---|---|
{%- if answers.sleepHours %}
| Sleep | {{ answers.sleepHours }} hours | {% if computed.isMinor %}8–10 hours{% elsif computed.isSenior %}7–8 hours{% else %}7–9 hours{% endif %} |
{%- endif %}
{%- if answers.sleepQuality %}
| Rested in the morning | {{ answers.sleepQuality }} of 10 | 7 or more |
{%- endif %}
{%- if answers.stressLevel %}
| Stress | {{ answers.stressLevel }} of 10 | 5 or less |
{%- endif %}
{%- if answers.workStress %}
| Weight of work | {{ answers.workStress }} of 10 | 5 or less |
{%- endif %}
{%- if answers.sorenessDays %}
| Soreness after hard training | {{ answers.sorenessDays }} days | 2 or less |
{%- endif %}
{%- if answers.restingHeartRateBpm %}
| Resting pulse | {{ answers.restingHeartRateBpm }} bpm | Steady; up by 7 or more: an easy day |
{%- endif %}
| Days without hard training | {% if computed.trainingDaysPerWeek %}{{ 7 | minus: computed.trainingDaysPerWeek }} a week{% else %}open{% endif %} | At least 2 a week |

{% if answers.sleepHours and answers.sleepHours < 6.5 %}**Sleep is your first lever.** With less than six and a half hours, more training brings less. Begin there, before anything else in this packet.
{% elsif answers.stressLevel and answers.stressLevel >= 8 %}**Stress is your first lever.** Your body does not tell training from worries: it adds them up. Begin with the ten minutes a day further below.
{% elsif answers.sorenessDays and answers.sorenessDays > 3 %}**Load is your first lever.** More than three days of soreness mean that sessions are too hard for now. Take a third off the sets for two weeks.
{% else %}Nothing here is alarming. Small, steady improvements are enough.{% endif %}
`,
    },
    {
      heading: 'Sleep',
      body: `
Good nights are made in the evening, and in the morning before.

1. **Get up at the same time**, on free days too, give or take half an hour.
2. **Daylight in the first hour**: ten minutes outside, also under clouds.
3. **Last coffee before 14:00.**{% if answers.caffeineCups and answers.caffeineCups > 3 %} With {{ answers.caffeineCups }} cups a day this will be the one you notice most.{% endif %}
4. **An hour to come down**: dim light, quiet things, phone outside the bedroom.
5. **Cool, dark, quiet**: 17 to 19 °C suits most people.

{% if answers.bedtime %}{% if answers.bedtime == 'It changes' %}Your bedtime changes. Fix the time you get up first; the evening follows within two weeks.{% elsif answers.bedtime == 'After midnight' %}You turn off the light after midnight. Move it forward by 15 minutes every three days; more at once rarely holds.{% else %}Lights out: {{ answers.bedtime | downcase }}. That is early enough for a full night, so keep it.{% endif %}{% endif %}

{% if answers.sleepDisturbers %}
What disturbs you, and what helps:
{% for disturber in answers.sleepDisturbers %}
- **{{ disturber }}.** {% case disturber %}{% when 'Screens in bed' %}Charge the phone in another room and use a real alarm clock.{% when 'Worries' %}Write tomorrow's list two hours before bed: on paper it stops circling.{% when 'Noise or light' %}Ear plugs and a sleep mask cost little and work from the first night.{% when 'Late meals' %}Make lunch the larger meal, and finish dinner three hours before bed.{% when 'Late caffeine' %}Half of an afternoon coffee is still there at midnight. Switch to herbal tea after lunch.{% when 'Pain' %}Try a pillow between or under the knees, and tell us where it hurts.{% when 'Children' %}Nights belong to them for a while. A nap of 20 minutes before 15:00 gives something back.{% when 'Shift work' %}After a night shift: sunglasses on the way home, a dark room, and the same order of things as in the evening.{% else %}Bring it up at the next check-in.{% endcase %}
{%- endfor %}
{% endif %}

Loud snoring with pauses in breathing, or tiredness in spite of long nights: please see a doctor.
`,
    },
    {
      heading: 'Easy days',
      body: `
{% if computed.weeklyPlan %}
Your days without training, and how to use them:

| Day | What does you good |
|---|---|
{%- for day in computed.weeklyPlan %}
{%- if day.minutes == 0 %}
| {{ day.day }} | {% cycle '30 minutes of easy walking', 'Ten minutes of mobility, then nothing', 'Something pleasant outdoors', 'A stroll after dinner', 'A free day' %} |
{%- endif %}
{%- endfor %}
{% if computed.heartRateZones %}
Easy means easy: stay below **{{ computed.heartRateZones[1].toBpm }} beats per minute**.
{% endif %}
{% else %}
Keep at least two days a week free of hard training. Walking, easy cycling and stretching are welcome on them.
{% endif %}

**Ten minutes of mobility**

| Exercise | How long |
|---|---|
| Cat and cow on all fours | 1 minute |
| Hip flexor stretch, kneeling | 1 minute a side |
| Thoracic rotation lying on the side | 1 minute a side |
| Calf stretch at a wall | 1 minute a side |
| Child's pose with long breaths | 2 minutes |

{% if answers.recoveryHabits contains 'Nothing yet' %}You do nothing yet to recover. Choose **one** line of this page, for two weeks.{% elsif answers.recoveryHabits %}You already use {{ answers.recoveryHabits | lower_first | sentence }}. Keep what you enjoy; sleep and food come before any of it.{% endif %}
`,
    },
    {
      heading: 'Stress',
      body: `
{% if answers.stressLevel and answers.stressLevel >= 7 %}At {{ answers.stressLevel }} of 10, your days ask a lot. The plan bends first: in such weeks do the short version of each session, and keep the walks.{% else %}Stress comes in waves. It helps to have a small routine before you need it.{% endif %}

**Four minutes that work anywhere**

1. Sit upright, shoulders down, one hand on the belly.
2. Breathe in through the nose for 4 seconds.
3. Breathe out slowly for 6 seconds.
4. Go on for four minutes. If thoughts come, count again from one.

{% if answers.deskHoursPerDay %}With {{ answers.deskHoursPerDay }} hours at the desk{% if answers.breaksPerDay %} and {{ answers.breaksPerDay }} breaks{% endif %}, put it where the day turns: before lunch, and before you go home.{% endif %}
{% if answers.alcoholDrinksPerWeek and answers.alcoholDrinksPerWeek > 7 %}A drink relaxes for an hour and costs the second half of the night. Three evenings a week without make a difference you can feel.{% endif %}
{% if answers.smoking == 'Daily' or answers.smoking == 'Now and then' %}Nicotine raises your pulse at rest and breaks up sleep. When you want to stop, tell us: we help you find proper support.{% endif %}

If low mood, worry or sleeplessness last for more than two weeks, talk to a doctor. That is good care, not weakness.
`,
    },
    {
      heading: 'The weekly check',
      body: `
Five questions on Sunday evening, each from 1 (poor) to 10 (excellent).

| | Week 1 | Week 2 | Week 3 | Week 4 |
|---|---|---|---|---|
| I slept well | | | | |
| I woke up rested | | | | |
| My muscles felt fresh | | | | |
| I was in a good mood | | | | |
| I looked forward to training | | | | |
| **Sum** | | | | |

- **40 and more:** train as planned.
- **25 to 39:** train as planned, and take one hard session easier.
- **Below 25:** an easy week. Half the sets, all the walks, early nights.
`,
    },
  ],
};
