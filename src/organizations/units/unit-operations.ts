import {
  CreateOrganizationalUnit$,
  type CreateOrganizationalUnitRequest,
  type CreateOrganizationalUnitResponse,
  DeleteOrganizationalUnit$,
  type DeleteOrganizationalUnitRequest,
  DescribeOrganizationalUnit$,
  type DescribeOrganizationalUnitRequest,
  type DescribeOrganizationalUnitResponse,
  ListOrganizationalUnitsForParent$,
  type ListOrganizationalUnitsForParentRequest,
  type ListOrganizationalUnitsForParentResponse,
  UpdateOrganizationalUnit$,
  type UpdateOrganizationalUnitRequest,
  type UpdateOrganizationalUnitResponse,
  type OrganizationalUnit as WireUnit,
} from '@aws-sdk/client-organizations';
import type { Organization, OrganizationalUnit } from '../../identity/documents/organizations/organization.ts';
import { unitArn } from '../../identity/organizations/organization-arns.ts';
import { constraintViolation, organizationError } from '../../identity/organizations/organization-errors.ts';
import { makeUnitId } from '../../identity/organizations/organization-ids.ts';
import { firstPolicies, orgPathOf, pathTo } from '../../identity/organizations/organization-tree.ts';
import type { Decoded, NoOutput } from '../../operations/decoded.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import { changeOrganization, organizationOperation } from '../organization-operation.ts';
import type { OrganizationsDependencies } from '../organizations-dependencies.ts';
import { pageFor } from '../paging.ts';
import { targetResource } from '../resources.ts';
import { requestTags, tagsOf } from '../tags.ts';
import { requireParent } from './require-parent.ts';

const MOST_UNITS = 2000;
/** Levels of units below the root. */
const MOST_LEVELS = 5;

/** The operations on organizational units. */
export function unitOperations(deps: OrganizationsDependencies): readonly AnyOperation[] {
  return [createUnit(deps), describeUnit(deps), updateUnit(deps), deleteUnit(deps), listUnits(deps)];
}

interface NamesUnit {
  readonly OrganizationalUnitId: string;
}

const ofUnit = ({ OrganizationalUnitId }: NamesUnit, organization: Organization) => [
  targetResource(organization, OrganizationalUnitId),
];

function createUnit(deps: OrganizationsDependencies): AnyOperation {
  return organizationOperation<Decoded<CreateOrganizationalUnitRequest>, CreateOrganizationalUnitResponse>(deps, {
    schema: CreateOrganizationalUnit$,
    readOnly: false,
    access: 'management',
    resources: ({ ParentId }, organization) => [targetResource(organization, ParentId)],
    keys: ({ Tags }) => requestTags(Tags),
    async handle({ input: { ParentId: parentId, Name: name, Tags }, organization }) {
      const tags = [...tagsOf(Tags)];
      const unitId = makeUnitId(deps.random, organization.root.rootId);
      const changed = await changeOrganization(deps.store, organization, (current) => {
        requireParent(current, parentId);
        requireFreeName(current.units, parentId, name);
        if (current.units.length >= MOST_UNITS) throw constraintViolation('OU_NUMBER_LIMIT_EXCEEDED');
        if (pathTo(current, parentId).length > MOST_LEVELS) throw constraintViolation('OU_DEPTH_LIMIT_EXCEEDED');
        const unit = { unitId, name, parentId, policyIds: firstPolicies(current), tags };
        return { ...current, units: [...current.units, unit] };
      });
      return { OrganizationalUnit: shownUnit(changed, requireUnit(changed, unitId)) };
    },
  });
}

function describeUnit(deps: OrganizationsDependencies): AnyOperation {
  return organizationOperation<Decoded<DescribeOrganizationalUnitRequest>, DescribeOrganizationalUnitResponse>(deps, {
    schema: DescribeOrganizationalUnit$,
    readOnly: true,
    access: 'administrators',
    resources: ofUnit,
    handle: ({ input, organization }) => ({
      OrganizationalUnit: shownUnit(organization, requireUnit(organization, input.OrganizationalUnitId)),
    }),
  });
}

function updateUnit(deps: OrganizationsDependencies): AnyOperation {
  return organizationOperation<Decoded<UpdateOrganizationalUnitRequest>, UpdateOrganizationalUnitResponse>(deps, {
    schema: UpdateOrganizationalUnit$,
    readOnly: false,
    access: 'management',
    resources: ofUnit,
    async handle({ input: { OrganizationalUnitId: unitId, Name }, organization }) {
      const changed = await changeOrganization(deps.store, organization, (current) => {
        const unit = requireUnit(current, unitId);
        const name = Name ?? unit.name;
        const others = current.units.filter((each) => each !== unit);
        requireFreeName(others, unit.parentId, name);
        return { ...current, units: current.units.map((each) => (each === unit ? { ...unit, name } : each)) };
      });
      return { OrganizationalUnit: shownUnit(changed, requireUnit(changed, unitId)) };
    },
  });
}

function deleteUnit(deps: OrganizationsDependencies): AnyOperation {
  return organizationOperation<Decoded<DeleteOrganizationalUnitRequest>, NoOutput>(deps, {
    schema: DeleteOrganizationalUnit$,
    readOnly: false,
    access: 'management',
    resources: ofUnit,
    async handle({ input: { OrganizationalUnitId: unitId }, organization }) {
      await changeOrganization(deps.store, organization, (current) => {
        requireUnit(current, unitId);
        if ([...current.units, ...current.accounts].some(({ parentId }) => parentId === unitId))
          throw organizationError('OrganizationalUnitNotEmptyException');
        return { ...current, units: current.units.filter((unit) => unit.unitId !== unitId) };
      });
      return {};
    },
  });
}

function listUnits(deps: OrganizationsDependencies): AnyOperation {
  return organizationOperation<
    Decoded<ListOrganizationalUnitsForParentRequest>,
    ListOrganizationalUnitsForParentResponse
  >(deps, {
    schema: ListOrganizationalUnitsForParent$,
    readOnly: true,
    access: 'administrators',
    resources: ({ ParentId }, organization) => [targetResource(organization, ParentId)],
    handle({ input, organization }) {
      requireParent(organization, input.ParentId);
      const units = organization.units.filter(({ parentId }) => parentId === input.ParentId);
      const { items, next } = pageFor(units, input, { list: 'units', positionOf: ({ unitId }) => unitId });
      return { OrganizationalUnits: items.map((unit) => shownUnit(organization, unit)), ...next };
    },
  });
}

/** Names are unique below one parent. @throws {ServiceError} DuplicateOrganizationalUnitException */
function requireFreeName(units: readonly OrganizationalUnit[], parentId: string, name: string): void {
  if (units.some((unit) => unit.parentId === parentId && unit.name === name))
    throw organizationError('DuplicateOrganizationalUnitException');
}

function requireUnit({ units }: Organization, unitId: string): OrganizationalUnit {
  const found = units.find((unit) => unit.unitId === unitId);
  if (found === undefined) throw organizationError('OrganizationalUnitNotFoundException');
  return found;
}

function shownUnit(organization: Organization, { unitId, name }: OrganizationalUnit): WireUnit {
  const Path = orgPathOf(organization, pathTo(organization, unitId));
  return { Id: unitId, Arn: unitArn(organization, unitId), Name: name, Path };
}
