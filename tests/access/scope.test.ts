// Goal: a scope lets through what is of its tenants and nothing else; roles are sets of permissions.
// Method: properties over random tenants and filters.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  PERMISSIONS,
  permissionsOf,
  ROLES,
  requirePermission,
  roleFor,
} from "../../src/access/permissions.ts";
import {
  EVERYTHING,
  ownOf,
  requireTenants,
  type Scope,
  scopedFilter,
  seesEach,
  seesOwner,
  seesSome,
  seesTenant,
} from "../../src/access/scope.ts";

const tenant = fc.constantFrom("a", "b", "c", "d");
const some = fc.uniqueArray(tenant);
const scope: fc.Arbitrary<Scope> = some.map((tenants) => ({ tenants, seesBuy: true }));

describe("a scope", () => {
  it("has in a filter exactly the tenants of both", () => {
    fc.assert(
      fc.property(scope, fc.option(some, { nil: undefined }), (own, wanted) => {
        const filter = { accounts: ["1"], ...(wanted && { tenants: wanted }) };
        const both = (wanted ?? own.tenants ?? []).filter((one) => own.tenants?.includes(one));
        const found = scopedFilter(filter, own);
        if (both.length === 0) expect(found).toBe("none");
        else expect(found).toEqual({ accounts: ["1"], tenants: both });
        expect(scopedFilter(filter, EVERYTHING)).toEqual(filter);
      }),
    );
  });

  it("sees one, each or some of the tenants that it has", () => {
    fc.assert(
      fc.property(scope, some, (own, tenants) => {
        const has = tenants.filter((one) => own.tenants?.includes(one));
        expect(ownOf(own, tenants)).toEqual(has);
        expect(tenants.filter((one) => seesTenant(own, one))).toEqual(has);
        expect(seesEach(own, tenants)).toBe(has.length === tenants.length);
        expect(seesSome(own, tenants)).toBe(has.length > 0);
        if (has.length < tenants.length) {
          expect(() => requireTenants(own, tenants)).toThrow("not for every tenant");
        } else expect(() => requireTenants(own, tenants)).not.toThrow();
      }),
    );
  });

  it("sees what has no owner only where it has everything", () => {
    fc.assert(fc.property(scope, (own) => !seesOwner(own, null)));
    expect(seesOwner(EVERYTHING, null)).toBe(true);
    expect(seesOwner({ tenants: ["a"], seesBuy: true }, "a")).toBe(true);
  });
});

describe("roles", () => {
  it("share no permission, and admin has all", () => {
    const shared = ROLES.filter((role) => role !== "admin" && role !== "customer").flatMap(
      permissionsOf,
    );
    expect(new Set(shared).size).toBe(shared.length);
    expect(permissionsOf("admin")).toEqual(PERMISSIONS);
  });

  it("allow what they have, and are named where they lack it", () => {
    for (const permission of PERMISSIONS) {
      for (const role of ROLES) {
        const ask = () => requirePermission({ name: "x", roles: [role] }, permission);
        if (permissionsOf(role).includes(permission)) expect(ask).not.toThrow();
        else expect(ask).toThrow(`"x" lacks the role ${roleFor(permission)}.`);
      }
    }
  });
});
