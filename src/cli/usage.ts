/** The output of `rolecall --help`. */
export const USAGE = `Usage: rolecall COMMAND

  rolecall login --endpoint URL --profile NAME --role ARN [--duration SECONDS] [--device | --no-browser]
      sign in with a browser, and keep the role as a profile of this command
      --device: with a code, in a browser of another device; also done by itself if this machine has no browser
      --no-browser: print the address for a browser of this machine, and open none
  rolecall login --profile NAME | --endpoint URL [--device | --no-browser]
      sign in again
  rolecall credentials --profile NAME
      print credentials of the profile's role for the AWS tools (credential_process); never opens a browser
  rolecall configure-profile --profile NAME
      write the profile into the configuration file of the AWS tools (AWS_CONFIG_FILE or ~/.aws/config)
  rolecall logout [--profile NAME | --endpoint URL]
      end the sign-in, here and at the server; without an option, all sign-ins
  rolecall --help
      this text; rolecall help has the commands for administrators, to be run where the server runs
  rolecall --version
      the version of this installation

Without a command, the server starts. Exit code: 0 success, 1 failure, 2 wrong usage.
`;
