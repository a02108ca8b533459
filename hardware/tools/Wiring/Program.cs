using PantryChain.Wiring;

// Draws every *.wiring of a folder as *.svg beside it: dotnet run --project hardware/tools/Wiring [FOLDER]
string folder = args.Length > 0 ? args[0] : Path.Combine("hardware", "wiring");
if (!File.Exists(Path.Combine(folder, "parts.txt")))
{
    Console.Error.WriteLine($"{folder} has no parts.txt. Run this in the project's folder, or name the folder of the wirings.");
    return 2;
}
try
{
    foreach ((string name, string svg) in WiringFolder.Draw(folder))
    {
        File.WriteAllText(Path.Combine(folder, name), svg);
        Console.WriteLine(name);
    }
    return 0;
}
catch (WiringException error)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}
