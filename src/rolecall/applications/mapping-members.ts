import { shape } from '../shapes/shape.ts';

const { list, required, structure, text } = shape;

/** A text with variables. */
export const TEMPLATE = text('AttributeTemplate', { length: [1, 1024], audited: true });
export const TEMPLATES = list('AttributeTemplateList', TEMPLATE, { length: [0, 20] });
/** Values for the members of groups. */
export const FOR_GROUPS = list(
  'GroupValuesList',
  structure('GroupValues', {
    Group: required(text('MappedGroupName', { length: [1, 128], audited: true }), 'The name of the group.'),
    Values: required(TEMPLATES, 'The values.'),
  }),
  { length: [0, 100] },
);
