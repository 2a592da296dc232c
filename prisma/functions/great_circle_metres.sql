-- Great-circle distance in metres (haversine; 6371008.8 is the mean radius of the earth after
-- IUGG).
CREATE OR REPLACE FUNCTION "great_circle_metres"(
  "latitude1" double precision, "longitude1" double precision,
  "latitude2" double precision, "longitude2" double precision
)
RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 2 * 6371008.8 * asin(least(1, sqrt(
  power(sin(radians("latitude2" - "latitude1") / 2), 2)
  + cos(radians("latitude1")) * cos(radians("latitude2")) * power(sin(radians("longitude2" - "longitude1") / 2), 2)
)));
