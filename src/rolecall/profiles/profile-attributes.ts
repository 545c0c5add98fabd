import { PROFILE_ATTRIBUTES, type ProfileAttribute } from '../../identity/documents/users/profile.ts';
import { shape } from '../shapes/shape.ts';

const shown = (name: ProfileAttribute) => name.toUpperCase() as Uppercase<ProfileAttribute>;

/** The attributes of a profile, as the API names them. */
export const ATTRIBUTE = shape.enumeration('ProfileAttribute', PROFILE_ATTRIBUTES.map(shown), {
  documentation:
    'An attribute of a profile, named as the claim that it gives; those of the claim `address` begin with it.',
});

export const shownAttribute = shown;

export function storedAttribute(attribute: Uppercase<ProfileAttribute>): ProfileAttribute {
  return attribute.toLowerCase() as ProfileAttribute;
}
