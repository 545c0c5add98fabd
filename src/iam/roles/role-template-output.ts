import type { RoleTemplateVersion } from '@aws-sdk/client-iam';
import { type RoleTemplate, templateVersionId } from '../../identity/role-templates/role-template.ts';
import { encodeDocument } from '../encode-document.ts';

/** A template as GetRoleTemplateVersion returns it: documents encoded, as all of IAM's. */
export function templateOutput(template: RoleTemplate): RoleTemplateVersion {
  const { description, roleDescription, permissionsBoundary, maxSessionDuration } = template;
  return {
    TemplateArn: template.arn,
    TemplateName: template.name,
    TemplateVersionId: templateVersionId(template),
    ...(description !== undefined && { Description: description }),
    MajorVersion: template.majorVersion,
    DefaultMinorVersion: template.minorVersion,
    ManagedByType: 'Service',
    ManagedByValue: template.service,
    Enabled: template.isEnabled,
    MinorVersion: template.minorVersion,
    RoleNamePattern: template.roleName,
    RolePathPattern: template.rolePath,
    ...(roleDescription !== undefined && { RoleDescriptionPattern: roleDescription }),
    AssumeRolePolicyDocumentTemplate: encodeDocument(template.trustPolicy),
    InlinePolicyTemplates: Object.entries(template.inlinePolicies).map(([PolicyName, document]) => ({
      PolicyName,
      PolicyDocument: encodeDocument(document),
    })),
    ManagedPolicyArns: [...template.managedPolicies],
    ...(permissionsBoundary !== undefined && { PermissionBoundaryArn: permissionsBoundary }),
    ParametersDefinition: template.parameters.map((parameter) => ({
      Name: parameter.name,
      Type: parameter.type,
      ...(parameter.description !== undefined && { Description: parameter.description }),
      IsRequired: parameter.isRequired,
      ...(parameter.defaultValue !== undefined && { DefaultValue: parameter.defaultValue }),
    })),
    RoleTagsTemplate: Object.entries(template.tags).map(([Key, Value]) => ({ Key, Value })),
    ...(maxSessionDuration !== undefined && { MaxSessionDuration: maxSessionDuration }),
    VersionEnabled: template.isEnabled,
  };
}
