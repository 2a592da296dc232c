/** The names of the demo data's people and companies, and where they are. */

/** First names of many countries. */
export const FIRST_NAMES =
  `Aaliyah Adam Adele Agnes Ahmed Aisha Alan Alejandra Alice Amara Amir Ana André Angela Anika Anna Anthony Antonia Arjun Astrid Ben Beatriz Björn
Brian Carla Carlos Caroline Catherine Chidi Chloé Christina Claire Daniel Daria David Deborah Denise Dmitri Dylan Edith Eleanor Elena Elif Emeka Emily Emma Erik Esther Ethan
Fatima Felix Fiona François Frank Freya Gabriel Gareth Grace Greta Hamza Hannah Hassan Heidi Helena Henry Hiroshi Imani Ines Ingrid Isaac Isla Ivan Jack Jamal James Jana Jasmine
Jean Jennifer Joanna João Johan John Jorge Joseph Joshua Julia Julian Kareem Karen Katarzyna Keiko Kenji Kevin Klara Kofi Lara Laura Layla Leah Leila Leon Liam Linda Lucas Lucía
Magnus Maja Malik Marek Maria Marta Martin Mary Mateo Matilda Mei Michael Miguel Mina Mohammed Monika Nadia Naomi Natalie Nathan Nia Niall Nicole Nikhil Nina Noah Nora Nuno Olga
Oliver Omar Oscar Pablo Patricia Paul Paula Petra Philip Pilar Priyanka Rachel Rafael Rania Raj Rebecca René Ricardo Richard Robert Robin Rosa Ruth Ryan Sabine Salma Samir Samuel
Sara Saoirse Sean Sebastian Sergei Shreya Simon Sofia Sophie Stefan Stella Susan Sven Tamara Tara Teresa Thomas Tobias Uma Ursula Valentina Vera Victor Vikram Wei Wendy William
Xavier Yara Yasmin Yuki Yusuf Zara Zoë`.split(/\s+/);

/** Last names of many countries. */
export const LAST_NAMES =
  `Abbott Abdi Adams Adeyemi Aguilar Ahmed Akhtar Almeida Andersen Anderson Araújo Armstrong Bailey Baker Bakker Banerjee Barnes Bauer Becker Bennett Berg
Bianchi Björk Blake Boateng Bond Brennan Brooks Brown Byrne Campbell Carter Castillo Chan Chandra Chen Choi Clarke Cohen Cole Collins Cooper Costa Cruz Dalton Das Davies Dawson
Delgado Desai Diallo Díaz Dixon Doyle Dubois Duffy Duncan Edwards Eriksen Evans Farrell Fernández Ferreira Fischer Fleming Fletcher Flores Ford Foster Fraser Fujita Gallagher
García Gibson Gomes Gonzalez Graham Grant Green Griffin Gupta Haddad Hall Hamilton Hansen Harper Harris Hassan Hayes Henderson Hernández Hill Hoffmann Holm Hughes Hussain Ibrahim
Ito Ivanova Jackson Jacobs Jansen Jensen Jimenez Johansson Johnson Jones Joshi Kaplan Kaur Keller Kelly Kennedy Khan Kim Klein Kowalczyk Kumar Larsen Lawson Lee Lefèvre Lewis
Lindqvist Liu Lopez Łukasik Lynch MacDonald Malik Marques Marshall Martin Martínez Mason Mbeki McCarthy Medina Mehta Mendes Meyer Miller Mitchell Moore Morales Moreau Moretti
Morgan Müller Murphy Murray Nakamura Nash Navarro Nguyen Nielsen Novak Nowak O'Brien O'Connor Okafor Okonkwo Olsen Ortiz Osei Owens Park Parker Patel Pereira Perry Petrov Phillips
Popescu Powell Quinn Rahman Ramírez Reid Reyes Richards Rivera Roberts Rodríguez Romano Rossi Rowe Roy Russo Ryan Sanchez Santos Sato Schmidt Schneider Shah Sharma Shaw Silva
Simmons Singh Smith-Jones Smith Sørensen Stewart Suzuki Svensson Tanaka Taylor Thompson Torres Tran Tucker Turner Vargas Vasquez Vogel Wagner Walker Wallace Walsh Wang Ward
Watanabe Watson Weber Wells Williams Wilson Wójcik Wong Wood Wright Yamamoto Yılmaz Young Zhang Ziegler`.split(
    /\s+/,
  );

/** The first part of a company's name. */
export const COMPANY_HEADS =
  `Alder|Amberley|Apex|Ashgrove|Aster & Vale|Atlas|Beacon|Birchwood|Blackwater|Blue Heron|Bramble|Brightside|Brook & Lane|Calder|Cedar|Clearwater|Cobalt|Compass|
Copperfield|Crestline|Crown Point|Dovetail|Driftwood|Eastgate|Elmwood|Ember|Everly|Fairhaven|Falcon|Fernbank|Finch & Sons|First Light|Foxglove|Garnet|Glenmore|Golden Gate|Granite|
Greenleaf|Halcyon|Harbor|Hawthorn|Hazel & Oak|Highland|Holloway|Horizon|Ironbridge|Ivory|Juniper|Keystone|Kingfisher|Lakeside|Larkspur|Lighthouse|Linden|Lodestar|Lumen|Magnolia|
Maple & Main|Marlowe|Meadowbrook|Meridian|Millstone|Mosaic|Nightingale|Northgate|Oakhurst|Old Quarter|Orchard|Osprey|Paragon|Pebble|Pinecrest|Pioneer|Quarry|Quill|Ravenswood|Redwood|
Ridgeway|Riverstone|Rosewood|Rowan|Saffron|Sage & Stone|Sandpiper|Seabright|Silverline|Skylark|Solstice|Sparrow|Sterling|Stonebridge|Summit|Sycamore|Tamarack|Thistle|Timber|
Trellis|Union Square|Valley|Verdant|Waverley|Westbrook|Whitestone|Wildflower|Willow|Windmill|Wren|Yarrow|Zephyr`
    .replaceAll('\n', '')
    .split('|');

/** What a company does: the last part of its name, and its industry. */
export const TRADES: readonly (readonly [trade: string, industry: string])[] = [
  ['Analytics', 'Software'],
  ['Architects', 'Architecture'],
  ['Bakeries', 'Food and drink'],
  ['Biotech', 'Life sciences'],
  ['Brewing', 'Food and drink'],
  ['Capital', 'Financial services'],
  ['Cloud', 'Software'],
  ['Coffee', 'Food and drink'],
  ['Cycles', 'Sports and leisure'],
  ['Dental', 'Healthcare'],
  ['Diagnostics', 'Life sciences'],
  ['Eyewear', 'Retail'],
  ['Farms', 'Agriculture'],
  ['Fitness', 'Sports and leisure'],
  ['Foods', 'Food and drink'],
  ['Freight', 'Logistics'],
  ['Furniture', 'Retail'],
  ['Health', 'Healthcare'],
  ['Homes', 'Real estate'],
  ['Hotels', 'Travel and hospitality'],
  ['Insurance', 'Financial services'],
  ['Interiors', 'Architecture'],
  ['Law', 'Legal services'],
  ['Learning', 'Education'],
  ['Logistics', 'Logistics'],
  ['Marine', 'Manufacturing'],
  ['Mobility', 'Automotive'],
  ['Outdoor', 'Sports and leisure'],
  ['Payments', 'Financial services'],
  ['Pet Care', 'Consumer goods'],
  ['Power', 'Energy'],
  ['Precision Tools', 'Manufacturing'],
  ['Property', 'Real estate'],
  ['Recruiting', 'Professional services'],
  ['Robotics', 'Manufacturing'],
  ['Security', 'Software'],
  ['Skincare', 'Consumer goods'],
  ['Software', 'Software'],
  ['Solar', 'Energy'],
  ['Textiles', 'Manufacturing'],
  ['Tours', 'Travel and hospitality'],
  ['Veterinary', 'Healthcare'],
];

/** Numbers of employees; drawn as often as they stand here. */
export const COMPANY_SIZES = [
  '1-10',
  '11-50',
  '11-50',
  '51-200',
  '51-200',
  '201-500',
  '501-1000',
  '1001+',
] as const;
/** Streets, without house numbers. */
export const STREETS = [
  'Alder Street',
  'Bridge Road',
  'Canal Street',
  'Church Lane',
  'Dock Road',
  'Garden Row',
  'High Street',
  'Market Square',
  'Mill Lane',
  'Orchard Way',
  'Park Avenue',
  'Station Road',
] as const;
/** What contacts do at their companies. */
export const JOB_TITLES =
  `Marketing Director|Head of Marketing|Marketing Manager|Brand Manager|Chief Marketing Officer|Communications Lead|Founder|Managing Director|Head of Growth|Product Manager|
Product Marketing Manager|Content Lead|Sales Director|Account Executive|Head of Digital|Operations Manager|Office Manager|Events Manager|Head of People|Chief Executive Officer`
    .replaceAll('\n', '')
    .split('|');

/** For each country: its name, its cities, and the legal forms of its companies. */
export const PLACES = {
  US: {
    country: 'United States',
    cities:
      `Albany|Atlanta|Austin|Baltimore|Boise|Boston|Buffalo|Charlotte|Chicago|Cincinnati|Cleveland|Columbus|Dallas|Denver|Detroit|El Paso|Fresno|Houston|Indianapolis|Kansas City|Las Vegas|
Los Angeles|Louisville|Memphis|Miami|Milwaukee|Minneapolis|Nashville|New Orleans|New York|Oakland|Omaha|Orlando|Philadelphia|Phoenix|Pittsburgh|Portland|Raleigh|Sacramento|San Diego|
San Francisco|Seattle|St. Louis|Tampa|Tucson|Tulsa`
        .replaceAll('\n', '')
        .split('|'),
    legalForms: ['Inc.', 'LLC', 'Corp.', 'Co.'],
  },
  GB: {
    country: 'United Kingdom',
    cities:
      `Aberdeen|Bath|Belfast|Birmingham|Brighton|Bristol|Cambridge|Cardiff|Coventry|Derby|Dundee|Edinburgh|Exeter|Glasgow|Hull|Inverness|Leeds|Leicester|Liverpool|London|Manchester|
Newcastle|Norwich|Nottingham|Oxford|Plymouth|Portsmouth|Preston|Reading|Sheffield|Southampton|Stirling|Swansea|Winchester|Worcester|York`
        .replaceAll('\n', '')
        .split('|'),
    legalForms: ['Ltd', 'Limited', 'PLC', 'LLP'],
  },
} as const;
