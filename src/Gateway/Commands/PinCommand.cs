using System.CommandLine;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Member;
using PantryChain.Ledger.Blocks;

namespace PantryChain.Gateway.Commands;

/// <summary><c>pin</c>: another PIN or phrase for the member's key; works while the gateway runs, too.</summary>
internal static class PinCommand
{
    private static readonly Option<string?> NewPinFile = new("--new-pin-file") { Description = "File whose first line is the new PIN.", HelpName = "FILE" };

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Command command = new("pin", "Changes the member's PIN.") { CommandLine.PinFile, NewPinFile };
        command.SetAction(parsed => Run(CommandLine.FolderOf(parsed), parsed.GetValue(CommandLine.PinFile), parsed.GetValue(NewPinFile), parsed.InvocationConfiguration.Output));
        return command;
    }

    /// <summary>Asks for a PIN without showing it.</summary>
    /// <exception cref="UserError">There is no terminal, or what was typed is no PIN.</exception>
    public static Pin Ask(string what, string option)
    {
        string typed = Type(what, option);
        return Pin.TryParse(typed, out Pin pin) ? pin : throw new UserError($"That is not a PIN: {Pin.Rule} are expected.");
    }

    private static int Run(DataFolder folder, string? pinFile, string? newPinFile, TextWriter output)
    {
        if (!File.Exists(folder.MemberKey))
            throw new UserError($"{folder.MemberKey} does not exist. Run './pantry gateway init' to make the keys.");
        Pin old = pinFile is null ? Ask("Present PIN: ", "--pin-file") : Pin.ReadFile(pinFile);
        using P256Key key = Keys.TryUnlockMember(folder, old) ?? throw new UserError("The PIN is wrong. Nothing was changed; try again.");
        Pin chosen = newPinFile is null ? AskNew(output) : Pin.ReadNewFile(newPinFile);
        Keys.ChangePin(folder, key, chosen);
        output.WriteLine("The PIN is changed. Browsers that are logged in stay so until they log out; the page \"Change the PIN\" ends them.");
        return 0;
    }

    private static Pin AskNew(TextWriter output)
    {
        output.WriteLine($"The new one: {Pin.Rule}; no dates, rows or repetitions.");
        string typed = Type("New PIN: ", "--new-pin-file");
        if (Pin.Choose(typed, out Pin pin) is var fault && fault != PinFault.None)
            throw new UserError($"That cannot be used: {Pin.Why(fault)} Nothing was changed; try again.");
        return Type("The same again: ", "--new-pin-file").Trim() == typed.Trim() ? pin : throw new UserError("The two are not the same. Nothing was changed; try again.");
    }

    private static string Type(string what, string option)
    {
        if (Console.IsInputRedirected)
            throw new UserError($"A PIN is needed, and there is no terminal to ask at. Give a file that holds it with {option}.");
        Console.Write(what);
        string typed = "";
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
            typed = key.Key == ConsoleKey.Backspace ? typed[..Math.Max(0, typed.Length - 1)] : typed + key.KeyChar;
        Console.WriteLine();
        return typed;
    }
}
