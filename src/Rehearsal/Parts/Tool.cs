using System.Globalization;
using System.Runtime.InteropServices;

namespace PantryChain.Rehearsal.Parts;

/// <summary>Finds the programs that the real parts are made of.</summary>
public static class Tool
{
    // Debian keeps servers in sbin, which is not on an ordinary user's PATH.
    private static readonly string[] MoreFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/bin", "/bin"];

    /// <summary>The dotnet host, with which hosts and tests of this solution run.</summary>
    public static string Dotnet => Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : Find("dotnet", "the .NET 10 SDK");

    /// <summary>The project's folder: the nearest one above this program, or above the working folder, that holds <c>PantryChain.sln</c>.</summary>
    /// <exception cref="PartException">There is none.</exception>
    public static string ProjectFolder() =>
        Above(AppContext.BaseDirectory) ?? Above(Directory.GetCurrentDirectory())
        ?? throw new PartException("The project's folder (with PantryChain.sln) was not found. Start this from inside the project.");

    /// <summary>Full path of a program.</summary>
    /// <param name="name">Its file name.</param>
    /// <param name="package">What to install when it is absent.</param>
    /// <exception cref="PartException">It is not there; the text names the package and <c>./pantry up</c>.</exception>
    public static string Find(string name, string package) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Concat(MoreFolders)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
        ?? throw Missing(name, $"Run 'sudo apt-get install {package}'");

    /// <summary>A program of the newest PostgreSQL that Debian has installed.</summary>
    /// <exception cref="PartException">PostgreSQL is not installed.</exception>
    public static string FindPostgres(string name)
    {
        const string root = "/usr/lib/postgresql";
        string? path = Directory.Exists(root)
            ? Directory.GetDirectories(root).OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int release) ? release : 0)
                .Select(folder => Path.Combine(folder, "bin", name)).FirstOrDefault(File.Exists)
            : null;
        return path ?? throw Missing(name, "Run 'sudo apt-get install postgresql'");
    }

    /// <summary>The anvil binary inside the npm packages of <c>src/Ledger/Solidity</c>.</summary>
    /// <exception cref="PartException">The npm packages are not installed.</exception>
    public static string FindAnvil()
    {
        string platform = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-amd64";
        string path = Path.Combine(ProjectFolder(), "src/Ledger/Solidity/node_modules/@foundry-rs", $"anvil-{platform}", "bin/anvil");
        return File.Exists(path) ? path : throw Missing("anvil", "Run 'npm ci' in src/Ledger/Solidity");
    }

    private static PartException Missing(string name, string fix) => new($"{name} is not installed. {fix}, or './pantry up', which installs what is missing.");

    private static string? Above(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PantryChain.sln")))
                return folder.FullName;
        }
        return null;
    }
}
