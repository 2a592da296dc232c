/** What to eat and drink, in figures and on a plate. */
import type { TemplateData } from '../../vocabulary.ts';

/** For minors it has no calorie target. */
export const NUTRITION_TEMPLATE: TemplateData = {
  packetType: 'NUTRITION',
  name: 'Nutrition plan',
  isDefault: true,
  sections: [
    {
      heading: 'Your energy for the day',
      body: `
{% if computed.isMinor %}
You are growing, and growing takes energy. This plan has no calorie target and no deficit: it is about eating regularly, with enough of everything. Please read it with a parent or guardian.
{% elsif computed.targetKcal %}
Your target is about **{{ computed.targetKcal | number }} kcal a day**. It is an estimate to start from; how your weight and energy develop over three weeks tells us how close it is.

| | kcal a day |
|---|---:|
| At rest (basal metabolic rate) | {{ computed.bmrKcal | number }} |
| With your activity (× {{ computed.activityFactor }}) | {{ computed.tdeeKcal | number }} |
| **Your target** | **{{ computed.targetKcal | number }}** |

{% case computed.energyStrategy %}
{% when 'deficit' %}The target lies below what you use, so that you lose weight slowly and keep your muscle. Expect about a quarter to half a kilogram a week on average, with ups and downs in between. If you are hungry all day or sleep badly, the deficit is too large: tell us.
{% when 'surplus' %}The target lies a little above what you use, because muscle is built from something. Expect one to two kilograms in a month at the very most; more than that would not be muscle.
{% else %}The target equals what you use. Your body gets everything it needs to train, recover and stay as it is.
{% endcase %}

{% if answers.pregnancyOrNursing == 'Pregnant' or answers.pregnancyOrNursing == 'Breastfeeding' %}
> While you are pregnant or breastfeeding you need more than these figures show, and never a deficit. Agree on amounts with your midwife or doctor.
{% endif %}
{% if answers.medicalConditions contains 'Diabetes' or answers.medicalConditions contains 'Kidney condition' %}
> With {{ answers.medicalConditions | lower_first | sentence }} the right amounts of carbohydrate or protein are a medical question. Take this page to your doctor or dietitian before you change anything.
{% endif %}
{% else %}
Some answers that an energy estimate needs are missing, so this plan works without figures: with your plate, your hunger and your scale. That works well for most people. Complete the questionnaire whenever you like, and we add the numbers.
{% endif %}
`,
    },
    {
      heading: 'What it is made of',
      body: `
{% if computed.macros and computed.isMinor != true %}
| | Grams a day | kcal | Share |
|---|---:|---:|---:|
{%- for macro in computed.macros %}
| {{ macro.name }} | {{ macro.grams }} g | {{ macro.kcal | number }} | {{ macro.percent }} % |
{%- endfor %}

Of the three, **protein** is the one worth counting{% if computed.proteinGramsPerMeal %}: about **{{ computed.proteinGramsPerMeal }} g at each of your {{ answers.mealsPerDay }} meals**{% endif %}. Fat and carbohydrate may trade places as your taste decides, and a day is never won or lost by ten grams. Aim for **{{ computed.fibreGrams }} g of fibre** from vegetables, fruit, pulses and whole grains.

{% if computed.isSenior %}Spread the protein over the day. From about 65 on, muscle answers best to a good portion at each meal, breakfast included.{% endif %}
{% else %}
Think in plates: **half** vegetables or fruit, **a quarter** protein, **a quarter** potatoes, rice, pasta or bread, and a spoonful of good oil, nuts or seeds.
{% endif %}

What brings about 20 g of protein:

{% case answers.dietaryPattern %}
{% when 'Vegan' %}
- 150 g firm tofu, or 110 g tempeh
- 250 g cooked lentils or chickpeas
- 600 ml soya drink, or 200 g thick soya yoghurt with 25 g nuts
- 80 g seitan

Combine pulses with grains over the day, and take vitamin B12: no vegan food supplies enough of it.
{% when 'Vegetarian' %}
- 3 eggs, or 160 g cottage cheese
- 200 g thick yoghurt or skyr
- 250 g cooked lentils or chickpeas
- 150 g firm tofu
{% when 'Pescatarian' %}
- 100 g salmon, cod or tuna
- 3 eggs, or 160 g cottage cheese
- 200 g thick yoghurt or skyr
- 250 g cooked lentils or chickpeas
{% else %}
- 90 g chicken, turkey or lean beef
- 100 g fish
- 3 eggs, or 160 g cottage cheese
- 250 g cooked lentils or chickpeas
{% endcase %}
{% if answers.foodAllergies %}
> **Leave out whatever you are allergic to** ({{ answers.foodAllergies | lower_first | sentence }}), also where a list in this packet names it. Check labels for traces.
{% endif %}
`,
    },
    {
      heading: 'A day on your plate',
      body: `
One example of a day{% if answers.mealsPerDay %} with {{ answers.mealsPerDay }} meals{% endif %}; swap anything for what you like and tolerate.

| When | What | Why |
|---|---|---|
| Morning | Oats with {% if answers.dietaryPattern == 'Vegan' or answers.foodRules contains 'Lactose-free' or answers.foodAllergies contains 'Milk' %}soya yoghurt{% else %}yoghurt{% endif %}, berries and seeds | Fibre and protein that last till noon |
| Midday | A bowl of grains, {% if answers.dietaryPattern == 'Vegan' or answers.dietaryPattern == 'Vegetarian' %}chickpeas{% elsif answers.dietaryPattern == 'Pescatarian' %}fish{% else %}chicken or beans{% endif %} and two colours of vegetables | The largest plate before the busy half of the day |
{%- if answers.mealsPerDay == nil or answers.mealsPerDay > 3 %}
| Afternoon | Fruit and a handful of {% if answers.foodAllergies contains 'Peanuts' or answers.foodAllergies contains 'Tree nuts' %}pumpkin seeds{% else %}nuts{% endif %} | Keeps evening hunger small |
{%- endif %}
| Evening | Potatoes or {% if answers.foodRules contains 'Gluten-free' or answers.foodAllergies contains 'Wheat' %}rice{% else %}whole-grain bread{% endif %}, {% if answers.dietaryPattern == 'Vegan' %}tofu or lentils{% elsif answers.foodAllergies contains 'Eggs' %}beans or cheese{% else %}eggs or beans{% endif %}, a big salad | Light enough to sleep well |

{% case answers.cookingTime %}
{% when 'Almost none' %}You have almost no time to cook, so **assemble** instead: pre-washed salad, tinned pulses, pre-cooked rice, frozen vegetables. Ten minutes is enough for every line above.
{% when 'Up to 20 minutes' %}With 20 minutes on a weekday, cook **double in the evening** and take the rest along the next day.
{% when 'Up to 45 minutes' %}You have time for a proper meal on weekdays: plan three dinners on Sunday, and let the other days be leftovers and favourites.
{% when 'I enjoy cooking' %}You enjoy cooking: try one new vegetable dish a week, and keep the ones that work in a list.
{% endcase %}

{% if answers.foodRules %}Your rules are kept throughout: {{ answers.foodRules | lower_first | sentence }}.{% endif %}
{% if answers.dislikedFoods %}You will not be asked to eat: {{ answers.dislikedFoods }}.{% endif %}
{% if answers.hardestMeal %}
You told us when eating well is hardest:

> {{ answers.hardestMeal }}

So we begin exactly there. Decide *in the morning* what you will have at that time, and have it in the house. One fixed choice beats good intentions.
{% endif %}
`,
    },
    {
      heading: 'Drinking',
      body: `
{% if computed.hydrationLitres %}
Drink about **{{ computed.hydrationLitres }} litres a day**{% if computed.hydrationTrainingMlPerHour %}, and {{ computed.hydrationTrainingMlPerHour }} ml more for each hour of training{% endif %}. Water, tea and thin juice all count.
{% if answers.waterLitresPerDay and answers.waterLitresPerDay < computed.hydrationLitres %}
You drink about {{ answers.waterLitresPerDay }} l now. Add one glass with each meal and one after getting up, and most of the gap is closed.
{% elsif answers.waterLitresPerDay %}
You drink about {{ answers.waterLitresPerDay }} l now, so there is nothing to change.
{% endif %}
{% else %}
Drink with every meal and once in between. Pale yellow is the colour that shows you drink enough.
{% endif %}
{% if computed.isSenior %}Thirst becomes quieter with the years. A jug on the table in the morning, empty in the evening, is more reliable than waiting for it. If you take water tablets or have a heart or kidney condition, keep to what your doctor told you.{% endif %}
{% if answers.caffeineCups and answers.caffeineCups > 4 and computed.isMinor != true %}{{ answers.caffeineCups }} cups of coffee are on the high side. Go down by one every three days, and have the last before 14:00.{% endif %}
{% if answers.alcoholDrinksPerWeek and answers.alcoholDrinksPerWeek > 7 and computed.isMinor != true %}Alcohol brings energy without anything your body can use. Going from {{ answers.alcoholDrinksPerWeek }} to half as many drinks a week may be the largest single step you can take, for sleep as well.{% endif %}
`,
    },
    {
      heading: 'Three habits for the next four weeks',
      body: `
Do these three, and let the rest wait.

1. **Protein first.** Begin each meal with its protein. It satisfies longest.
2. **Two handfuls of vegetables**, twice a day. Frozen ones count in full.
3. **Sit down to eat.** No screen, at least once a day. You notice when you have had enough.

**How we measure:** {% if computed.isMinor %}by energy at school and in training, and by how meals feel. Nobody counts, and nobody is weighed.{% elsif answers.primaryGoal == 'Lose weight' or answers.athleteGoal == 'Reach a lower weight class' %}weight on three mornings a week, of which only the weekly mean counts, and your waist every two weeks.{% else %}energy in the afternoon, hunger in the evening, and how training feels, each from 1 to 10 on Sunday evening.{% endif %}

{% if answers.targetWeightKg and computed.isMinor != true %}You have {{ answers.targetWeightKg }} kg in mind. We treat it as a direction and review it every month.{% endif %}
{% if answers.supplements %}You use {{ answers.supplements | lower_first | sentence }}. {% if answers.dopingTests %}As you are subject to tests, use only products tested by batch for banned substances.{% else %}Food comes first; we go through what is worth keeping at the next check-in.{% endif %}{% endif %}

Figures by Mifflin and St Jeor (1990) and the customary activity factors. This plan is coaching, not medical treatment.
`,
    },
  ],
};
