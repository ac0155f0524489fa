// JSON values as types: extra fields and rating bases are kept as they came.

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };
