// Two small plans of CGRateS, as the files of their folders.

/** 0.6 a minute by the second, for subject 1001 to 44…. */
export const PLAN: Record<string, string> = {
  "Destinations.csv": "D,44\n",
  "Rates.csv": "R,0,0.6,60s,1s,0s\n",
  "DestinationRates.csv": "DR,D,R,*up,4,0,\n",
  "RatingPlans.csv": "P,DR,*any,10\n",
  "RatingProfiles.csv": "cgrates.org,call,1001,2020-01-01T00:00:00Z,P,\n",
  "Chargers.csv":
    "cgrates.org,C,,,*default,*none,0\ncgrates.org,RAW,,,*raw,*constant:*req.RequestType:*none,0\n",
};

/** The same plan at twice the price. */
export const DEARER: Record<string, string> = {
  "Rates.csv": "R,0,1.2,60s,1s,0s\n",
  "DestinationRates.csv": "DR,D,R,*up,4,0,\n",
  "RatingPlans.csv": "P,DR,*any,10\n",
};
