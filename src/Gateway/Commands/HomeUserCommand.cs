using System.CommandLine;
using System.Security.Cryptography;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Home;
using PantryChain.Telemetry.Broker;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Commands;

/// <summary><c>home-user</c>: who may come to the home broker inside the gateway; works while the gateway runs, which sees it within seconds.</summary>
internal static class HomeUserCommand
{
    private const string Letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"; // none that look alike
    private const int MadeUp = 20, Fewest = 12, Longest = 128;

    private static readonly Argument<string> Name = new("NAME") { Description = "1 to 32 of a-z, A-Z, 0-9, _ and -." };
    private static readonly Option<string?> PasswordFile = new("--password-file") { Description = $"File whose first line is the password, {Fewest} letters or more; without it one is made up and shown this once.", HelpName = "FILE" };
    private static readonly Option<string[]> Read = new("--read") { Description = "A topic filter that the user may read, instead of what the gateway tells and Home Assistant's own; may be repeated.", HelpName = "FILTER" };
    private static readonly Option<string[]> Write = new("--write") { Description = "A topic filter that the user may write, instead of requests to the gateway and Home Assistant's status; may be repeated.", HelpName = "FILTER" };

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Command add = new("add", "Adds a user, or gives one another password or other rights.") { Name, PasswordFile, Read, Write };
        add.SetAction(parsed => Add(CommandLine.FolderOf(parsed), parsed.GetValue(Name)!, parsed.GetValue(PasswordFile),
            (parsed.GetValue(Read) ?? [], parsed.GetValue(Write) ?? []), parsed.InvocationConfiguration.Output));
        Command remove = new("remove", "Removes a user and ends its connections.") { Name };
        remove.SetAction(parsed => Remove(CommandLine.FolderOf(parsed), parsed.GetValue(Name)!, parsed.InvocationConfiguration.Output));
        Command list = new("list", "Shows all users and what they may do.");
        list.SetAction(parsed => List(CommandLine.FolderOf(parsed), parsed.InvocationConfiguration.Output));
        return new Command("home-user", "Who may come to the home broker inside the gateway.") { add, remove, list };
    }

    private static int Add(DataFolder folder, string name, string? passwordFile, (string[] Reads, string[] Writes) rights, TextWriter output)
    {
        BrokerUsers users = Open(folder, out Household household);
        Require(BrokerUsers.IsName(name), $"'{Foreign.Short(name)}' cannot be a user's name: 1 to 32 of a-z, A-Z, 0-9, _ and - are expected.");
        foreach (string filter in rights.Reads.Concat(rights.Writes))
            Require(BrokerUsers.WhyNotFilter(filter) is null, BrokerUsers.WhyNotFilter(filter) ?? "");
        List<BrokerUser> others = [.. users.All.Where(user => user.Name != name)];
        Require(others.Count < BrokerUsers.Most,
            $"There are {BrokerUsers.Most} users already, the most. Remove one first: './pantry gateway home-user remove NAME'.");
        string password = passwordFile is null ? RandomNumberGenerator.GetString(Letters, MadeUp) : ReadPassword(passwordFile);
        Save(users, [.. others, new BrokerUser(name, BrokerUsers.HashOf(password), OrUsual(rights.Reads), OrUsual(rights.Writes))]);
        output.WriteLine(passwordFile is null ? $"The password of {name} is {password}. It is shown this once."
            : $"{name} has the password in {passwordFile}.");
        HomeBrokerOptions? home = household.Options.Home;
        output.WriteLine(home is { IsInside: true }
            ? $"Connect with user {name} to port {home.Port} of {home.Address ?? "127.0.0.1"}; Home Assistant: Settings, Devices & services, Add integration, MQTT. A running gateway takes it within seconds."
            : $"This gateway uses another home broker: put \"home\": {{ \"broker\": \"{HomeBrokerOptions.Inside}\" }} into {folder.Configuration} to have its own, and restart it.");
        return 0;
    }

    private static int Remove(DataFolder folder, string name, TextWriter output)
    {
        BrokerUsers users = Open(folder, out _);
        Require(users.Find(name) is not null, $"There is no user '{Foreign.Short(name)}'. './pantry gateway home-user list' shows all.");
        Save(users, users.All.Where(user => user.Name != name));
        output.WriteLine($"{name} is removed. A running gateway ends its connections within seconds.");
        return 0;
    }

    private static int List(DataFolder folder, TextWriter output)
    {
        BrokerUsers users = Open(folder, out _);
        foreach (BrokerUser user in users.All)
        {
            Rights rights = users.RightsOf(user);
            output.WriteLine($"{user.Name}: reads {string.Join(", ", rights.Reads)}; writes {string.Join(", ", rights.Writes)}");
        }
        if (users.All.Count == 0)
            output.WriteLine($"There is no user. {CommandLine.Next(folder, "home-user add NAME")} makes one.");
        return 0;
    }

    private static BrokerUsers Open(DataFolder folder, out Household household)
    {
        household = GatewayFile.Read(folder);
        BrokerUsers users = HomeBroker.UsersOf(folder, new Topics(household.Gateway));
        _ = users.All;
        Require(users.Trouble is null, $"{users.Trouble} Nothing was changed.");
        return users;
    }

    private static string ReadPassword(string file)
    {
        string? line;
        try
        {
            line = File.Exists(file) ? new StringReader(ForeignFile.ReadText(file, ForeignFile.MostSecret)).ReadLine()?.Trim() : null;
        }
        catch (IOException error)
        {
            throw new UserError($"{file} cannot be read: {error.Message}. Write the password on its first line.", error);
        }
        Require(line is { Length: >= Fewest and <= Longest }, $"{file} holds no password: {Fewest} to {Longest} letters on its first line are expected.");
        return line!;
    }

    private static void Save(BrokerUsers users, IEnumerable<BrokerUser> all)
    {
        try
        {
            users.Save(all);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"The users could not be written: {error.Message} Nothing was changed; free some space, or run this as the user of the gateway.", error);
        }
    }

    private static string[]? OrUsual(string[] filters) => filters.Length == 0 ? null : filters;

    private static void Require(bool holds, string message)
    {
        if (!holds)
            throw new UserError(message);
    }
}
