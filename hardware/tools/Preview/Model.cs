using System.Globalization;
using CliWrap.Buffered;
using CliWrap;

namespace PantryChain.Preview;

/// <summary>One line of <c>pictures.txt</c>: a part of an OpenSCAD source and how it is looked at.</summary>
/// <param name="Name">The picture's name without <c>.png</c>.</param>
/// <param name="Source">The OpenSCAD file.</param>
/// <param name="Part">Its variable <c>part</c>.</param>
/// <param name="Turn">Degrees around the vertical axis.</param>
/// <param name="Tilt">Degrees from above; negative from below.</param>
/// <param name="Settings">Further variables, such as <c>board="zero"</c>.</param>
public sealed record Model(string Name, string Source, string Part, double Turn, double Tilt, IReadOnlyList<string> Settings)
{
    /// <summary>Width of all pictures in pixels.</summary>
    public const int Width = 900;

    /// <summary>Height of all pictures in pixels.</summary>
    public const int Height = 620;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60); // the slowest takes 5 s on a busy machine

    /// <summary>The lines of a <c>pictures.txt</c>.</summary>
    /// <exception cref="FormatException">A line that is not understood.</exception>
    public static IReadOnlyList<Model> ReadAll(string file) =>
    [
        .. File.ReadLines(file).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var name, var source, var part, var turn, var tilt, .. var settings]
            ? new Model(name, source, part, double.Parse(turn, CultureInfo.InvariantCulture), double.Parse(tilt, CultureInfo.InvariantCulture), settings)
            : throw new FormatException($"{file}: '{line}' is not understood. Write NAME SOURCE PART TURN TILT [SETTING ...].")),
    ];

    /// <summary>Runs OpenSCAD on it.</summary>
    /// <param name="folder">Where the source lies.</param>
    /// <param name="stl">The file to write.</param>
    /// <returns>Exit code and everything that OpenSCAD said.</returns>
    /// <exception cref="TimeoutException">It took longer than a minute.</exception>
    public async Task<(int ExitCode, string Said)> ExportAsync(string folder, string stl)
    {
        List<string> words = ["-D", $"part=\"{Part}\""];
        foreach (string setting in Settings)
            words.AddRange(["-D", setting]);
        words.AddRange(["-o", stl, Path.Combine(folder, Source)]);
        using CancellationTokenSource deadline = new(Patience);
        try
        {
            BufferedCommandResult openscad = await Cli.Wrap("openscad").WithArguments(words).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(deadline.Token);
            return (openscad.ExitCode, openscad.StandardError + openscad.StandardOutput);
        }
        catch (OperationCanceledException error)
        {
            throw new TimeoutException($"OpenSCAD did not finish {Source} within {Patience.TotalSeconds} s.", error);
        }
    }

    /// <summary>The picture of an exported mesh as RGB rows.</summary>
    public byte[] Look(StlMesh mesh) => Camera.Render(mesh, Width, Height, Turn, Tilt);
}
