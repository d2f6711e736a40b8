extension ShopVocabulary {
  /// One product type a line: path | nouns of titles | words of shoppers that are in no title | attributes, the first
  /// one the most asked for, `*` marks the one that makes a fourth level | lowest and highest price.
  static let categoryLines = """
    Tools > Power Tools > Drills | drill, drill driver | screw gun | voltage, drive*, motor, amphours | 39, 249
    Tools > Power Tools > Circular Saws | circular saw | skilsaw | voltage, bladein, drive*, motor | 49, 279
    Tools > Power Tools > Impact Drivers | impact driver | rattle gun | voltage, motor, amphours | 59, 229
    Tools > Power Tools > Angle Grinders | angle grinder | disc cutter | bladein, voltage, drive* | 35, 189
    Tools > Power Tools > Sanders | orbital sander, sander | buffing machine | watts, drive*, voltage | 29, 149
    Tools > Hand Tools > Hammers | claw hammer, hammer | nail banger | hammeroz, colour | 9, 59
    Tools > Hand Tools > Screwdrivers | screwdriver set, screwdriver | turnscrew | head*, pieces, colour | 6, 69
    Tools > Hand Tools > Wrenches | adjustable wrench, wrench set | spanner | pieces, metal | 8, 129
    Tools > Hand Tools > Tape Measures | tape measure | ruler roll | tapeft, colour | 5, 39
    Tools > Garage > Air Compressors | air compressor | tyre inflator | gallons, watts | 79, 449
    Tools > Garage > Shop Vacuums | wet dry vacuum | shop vac | gallons, watts | 49, 229
    Tools > Garage > Ladders | step ladder, extension ladder | climbing steps | ladderft, metal | 39, 329
    Home Improvement > Plumbing > Kitchen Faucets | kitchen faucet | sink tap | finish*, faucetin, metal | 49, 329
    Home Improvement > Plumbing > Shower Heads | shower head | rainfall sprayer | finish*, panin | 15, 159
    Home Improvement > Electrical > Extension Cords | extension cord | power lead | cableft, colour | 8, 79
    Home Improvement > Electrical > Light Bulbs | led light bulb, light bulb | globe lamp | base*, lumens, tone, watts | 3, 39
    Home Improvement > Lighting > Ceiling Lights | ceiling light, flush mount light | overhead fixture | finish, lumens, shape | 25, 199
    Home Improvement > Lighting > Flashlights | flashlight | torch | lumens, connection, colour | 9, 89
    Home Improvement > Paint > Paint Rollers | paint roller set, paint roller | emulsion applicator | pieces, panin | 5, 39
    Furniture > Living Room > Sofas | sofa, sectional sofa | couch | colour, upholstery*, persons | 299, 1899
    Furniture > Living Room > Coffee Tables | coffee table | cocktail stand | wood*, shape, deskin | 79, 499
    Furniture > Living Room > Bookcases | bookcase, bookshelf | etagere | wood*, colour, deskin | 49, 349
    Furniture > Bedroom > Bed Frames | bed frame, platform bed | bedstead | bedsize*, wood, colour | 119, 899
    Furniture > Bedroom > Dressers | dresser, chest of drawers | tallboy | wood*, colour, deskin | 129, 699
    Furniture > Bedroom > Nightstands | nightstand | bedside locker | wood*, colour | 39, 229
    Furniture > Office > Desks | writing desk, standing desk | bureau | deskin, wood*, colour | 89, 699
    Furniture > Office > Office Chairs | office chair, task chair | swivel seat | colour, upholstery*, weightlb | 79, 599
    Kitchen > Cookware > Frying Pans | frying pan, skillet | spider pan | panin, metal*, colour | 15, 149
    Kitchen > Cookware > Stock Pots | stock pot | soup kettle | litres, metal* | 25, 169
    Kitchen > Cookware > Dutch Ovens | dutch oven | casserole | litres, colour, metal | 39, 349
    Kitchen > Cutlery > Kitchen Knives | chef knife, paring knife | chopper | knifein, metal, pieces | 12, 199
    Kitchen > Appliances > Coffee Makers | coffee maker, drip coffee machine | brewer | cups, colour, watts | 25, 249
    Kitchen > Appliances > Blenders | blender, personal blender | liquidiser | watts, colour, litres | 25, 349
    Kitchen > Appliances > Electric Kettles | electric kettle | water boiler | litres, colour, metal | 19, 129
    Kitchen > Appliances > Air Fryers | air fryer | hot air cooker | litres, watts, colour | 49, 249
    Kitchen > Appliances > Refrigerators | refrigerator | fridge | litres, colour, finish | 199, 2199
    Kitchen > Pantry > Coffee Beans | whole bean coffee | java | roast*, foodlb | 9, 59
    Bed and Bath > Bedding > Sheet Sets | sheet set, bed sheets | bed linens | bedsize*, threadcount, colour, fabric | 19, 199
    Bed and Bath > Bedding > Comforters | comforter, down comforter | duvet | bedsize*, colour, season | 35, 299
    Bed and Bath > Bedding > Pillows | bed pillow, memory foam pillow | head cushion | bedsize, fabric | 15, 119
    Bed and Bath > Bath > Bath Towels | bath towel set, bath towel | drying cloth | colour, fabric*, pieces | 9, 89
    Bed and Bath > Bath > Shower Curtains | shower curtain | tub drape | colour, pattern*, fabric | 9, 59
    Bed and Bath > Decor > Area Rugs | area rug, runner rug | carpet | rugft, colour, pattern*, shape | 29, 599
    Bed and Bath > Decor > Scented Candles | scented candle | wax light | scent*, colour | 6, 49
    Electronics > Television > Televisions | smart tv, led tv | telly | screenin, resolution*, hertz | 129, 2499
    Electronics > Television > Soundbars | soundbar | tv speaker bar | watts, connection*, colour | 59, 699
    Electronics > Audio > Headphones | headphones, noise cancelling headphones | cans | noise*, connection, colour | 15, 399
    Electronics > Audio > Portable Speakers | portable speaker, bluetooth speaker | boombox | watts, colour | 19, 299
    Electronics > Computers > Laptops | laptop, notebook computer | portable pc | laptopin, memory, storage, colour | 249, 2299
    Electronics > Computers > Monitors | monitor, gaming monitor | display screen | monitorin, resolution*, hertz | 89, 899
    Electronics > Computers > Keyboards | mechanical keyboard, keyboard | typing board | connection*, colour | 15, 199
    Electronics > Computers > Computer Mice | wireless mouse, gaming mouse | clicker | connection, colour | 9, 129
    Electronics > Phones > Power Banks | power bank, portable charger | juice pack | milliamps, colour, connection | 15, 99
    Electronics > Phones > Charging Cables | charging cable | phone lead | cableft, connection*, colour | 4, 39
    Electronics > Phones > Memory Cards | memory card | sd chip | storage, colour | 8, 199
    Clothing > Shoes > Running Shoes | running shoes | sneakers | audience*, shoesize, colour, leather | 35, 189
    Clothing > Shoes > Hiking Boots | hiking boots | trekking footwear | audience*, shoesize, colour, leather | 55, 259
    Clothing > Shoes > Sandals | sandals, slide sandals | flip flops | audience*, shoesize, colour, leather | 12, 119
    Clothing > Tops > T-Shirts | t-shirt, crew neck t-shirt | tee | audience*, clothsize, colour, fabric | 8, 49
    Clothing > Tops > Hoodies | hoodie, zip hoodie | hooded jumper | audience*, clothsize, colour, fabric | 19, 99
    Clothing > Outerwear > Jackets | rain jacket, insulated jacket | anorak | audience*, clothsize, colour, season | 39, 349
    Clothing > Outerwear > Gloves | winter gloves, gloves | mittens | audience*, clothsize, colour, leather | 9, 89
    Clothing > Accessories > Backpacks | backpack, laptop backpack | rucksack | hoplitres, colour, laptopin | 25, 229
    Clothing > Accessories > Luggage | carry-on luggage, suitcase | travel case | bagin, colour, pieces | 49, 449
    Sports > Fitness > Dumbbells | dumbbell, dumbbell set | hand weights | weightlb, metal, colour | 12, 349
    Sports > Fitness > Yoga Mats | yoga mat | exercise pad | colour, weightlb | 12, 99
    Sports > Camping > Tents | camping tent, dome tent | bivouac | persons, season*, colour | 49, 599
    Sports > Camping > Sleeping Bags | sleeping bag | doss bag | degrees, season*, colour | 29, 299
    Sports > Camping > Coolers | hard cooler, soft cooler | ice chest | hoplitres, colour | 25, 399
    Sports > Cycling > Bicycles | mountain bike, road bike | pushbike | bikein, audience*, colour | 149, 1999
    Sports > Hydration > Water Bottles | water bottle, insulated bottle | drinking flask | bottleoz, colour, metal* | 8, 59
    Pets > Dogs > Dog Food | dry dog food | kibble | flavour, stage*, foodlb | 12, 99
    Pets > Dogs > Dog Beds | dog bed | pooch mattress | clothsize, colour, fabric* | 19, 149
    Pets > Cats > Cat Food | wet cat food, dry cat food | kitty chow | flavour, stage*, foodlb | 9, 79
    Pets > Cats > Cat Trees | cat tree, cat tower | scratching furniture | ladderft, colour | 29, 249
    Beauty > Skin Care > Moisturizers | face moisturizer, moisturizing lotion | hydrating cream | skin*, scent | 7, 89
    Beauty > Skin Care > Sunscreens | sunscreen lotion, sunscreen | sunblock | skin*, scent | 6, 49
    Beauty > Hair Care > Hair Dryers | hair dryer | blow drier | watts, colour | 19, 349
    Beauty > Hair Care > Shampoos | shampoo | hair wash | bottleoz, scent*, skin | 5, 49
    Toys > Building > Building Blocks | building blocks, block set | construction bricks | pieces, ages*, colour | 12, 199
    Toys > Games > Board Games | board game, strategy game | tabletop entertainment | ages*, persons | 12, 89
    Toys > Games > Jigsaw Puzzles | jigsaw puzzle | picture tiles | pieces, ages* | 7, 49
    Toys > Outdoor > Scooters | kick scooter | push glider | ages*, colour, weightlb | 29, 149
    Office > Paper > Notebooks | spiral notebook, hardcover journal | jotter | sheets, ruling*, colour | 3, 39
    Office > Writing > Pens | gel pens, ballpoint pens | biro | pieces, colour | 3, 59
    Office > Machines > Printers | inkjet printer, laser printer | copier | connection*, colour | 59, 599
    Office > Machines > Paper Shredders | paper shredder | document destroyer | sheets, litres | 29, 299
    Garden > Power Equipment > Lawn Mowers | lawn mower, push mower | grass cutter | bladein, voltage, drive* | 129, 799
    Garden > Power Equipment > Leaf Blowers | leaf blower | yard sweeper | voltage, drive*, motor | 49, 299
    Garden > Power Equipment > Chainsaws | chainsaw | tree cutter | bladein, voltage, drive* | 79, 399
    Garden > Watering > Garden Hoses | garden hose | sprinkling pipe | cableft, colour | 15, 99
    Garden > Outdoor Living > Patio Chairs | patio chair, adirondack chair | deck recliner | colour, wood*, persons | 39, 349
    Garden > Outdoor Living > Grills | gas grill, charcoal grill | barbecue | metal, colour, watts | 79, 999
    """

  /// What sellers add to titles and what descriptions promise, by department; `others` for the rest.
  static let phraseLines = """
    Tools | with LED Light, Heavy Duty, Compact, Professional Grade, with Carrying Case, Variable Speed | the workshop, the job site, repairs around the house, weekend projects
    Home Improvement | Easy Install, Energy Saving, Dimmable, Modern Design, Contractor Pack | bathrooms and kitchens, rental flats, a quick renovation, old and new houses
    Furniture | Mid-Century Modern, with Storage, Easy Assembly, Space Saving, Solid Build | small apartments, family rooms, guest rooms, a calm home office
    Kitchen | Dishwasher Safe, Nonstick, Family Size, with Glass Lid, Quiet Operation | busy mornings, family dinners, small kitchens, baking days
    Bed and Bath | Ultra Soft, Hotel Quality, Quick Dry, Machine Washable, Hypoallergenic | guest rooms, hot sleepers, sensitive skin, everyday use
    Electronics | Fast Charging, Low Latency, with Remote, Slim Design, Voice Control | gaming nights, home offices, travel, film evenings
    Clothing | Lightweight, Breathable, Water Resistant, Relaxed Fit, Slim Fit | the daily commute, long walks, cold mornings, the gym
    Sports | Ultralight, Non-Slip, Leakproof, All Terrain, Foldable | beginners, weekend trips, daily training, long trails
    Pets | Grain Free, Orthopedic, Chew Resistant, Vet Recommended | indoor pets, picky eaters, large breeds, older animals
    Beauty | Fragrance Free, Daily Use, Travel Size, Salon Quality | dry winters, every day, sensitive skin, travel
    Toys | Gift Set, Classic Edition, Family Edition, Easy Clean | rainy days, birthday parties, family evenings, growing hands
    Office | Value Pack, Recycled, Premium, Quiet | school, home offices, meetings, daily notes
    Garden | Heavy Duty, Weather Resistant, Low Noise, Self-Propelled | small yards, large lawns, autumn leaves, summer evenings
    """
}
