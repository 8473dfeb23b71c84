import type { Region } from '../generated/graphql.js';

const COUNTRIES: Readonly<Record<Exclude<Region, 'OVERSEAS' | 'UNKNOWN'>, readonly string[]>> = {
  CENTRAL: ['AT', 'CH', 'CZ', 'DE', 'HU', 'LI', 'PL', 'SI', 'SK'],
  NORTH: ['DK', 'EE', 'FI', 'IS', 'LT', 'LV', 'NO', 'SE'],
  SOUTH: ['ES', 'GR', 'HR', 'IT', 'MT', 'PT'],
  WEST: ['BE', 'FR', 'GB', 'IE', 'LU', 'NL'],
};

const REGIONS = new Map(Object.entries(COUNTRIES).flatMap(([region, countries]) => countries.map((country) => [country, region as Region])));

/** The region whose warehouse serves a country (ISO 3166, two letters); null: nobody knows the country. */
export function regionOf(country: string | null): Region {
  return country === null ? 'UNKNOWN' : REGIONS.get(country) ?? 'OVERSEAS';
}
