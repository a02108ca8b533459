using System.Text;
using CliWrap.Buffered;
using CliWrap;

namespace PantryChain.Bench;

/// <summary>What the emulated machine boots: a kernel, and a file system in memory with busybox, the kernel's I²C modules, .NET's runtime and our probe.</summary>
/// <param name="Kernel">The kernel image.</param>
/// <param name="Release">Its release, for example <c>6.1.0-56-amd64</c>.</param>
/// <param name="Image">The packed file system.</param>
internal sealed record KernelGuest(string Kernel, string Release, string Image)
{
    // i2c-stub keeps a passive memory at the address of an NAU7802 (Documentation/i2c/i2c-stub.rst).
    private static readonly (string Module, string Parameters)[] Needed = [("i2c-stub", "chip_addr=0x2a"), ("i2c-dev", "")];

    // An SPI controller that bit-bangs a parallel port, and the kernel's own GPIO simulator (Documentation/admin-guide/gpio/gpio-sim.rst) where bench/kernel.sh could build it.
    private static readonly string[] Welcome = ["parport_pc", "spi-lm70llp", "gpio-simulator"];

    // Debuggers' and tracers' parts of the runtime; the tracer needs a library that few machines have.
    private static readonly string[] Unneeded = ["libmscordaccore.so", "libmscordbi.so", "libcoreclrtraceptprovider.so"];

    /// <summary>Packs the file system into a folder.</summary>
    /// <exception cref="InvalidOperationException">Something is missing; the text says what to do.</exception>
    public static async Task<KernelGuest> PackAsync(string unpacked, string folder, CancellationToken stop)
    {
        string kernel = Single(Path.Combine(unpacked, "boot"), "vmlinuz-*"), release = Path.GetFileName(kernel)["vmlinuz-".Length..];
        string tree = Directory.CreateDirectory(Path.Combine(folder, "tree")).FullName, image = Path.Combine(folder, "initramfs");
        foreach (string name in (string[])["bin", "dev", "proc", "sys", "tmp", "modules", "probe"])
            Directory.CreateDirectory(Path.Combine(tree, name));
        File.Copy(await OutputAsync("sh", ["-c", "command -v busybox"], stop), Path.Combine(tree, "bin", "busybox"));
        List<string> loads = await AddModulesAsync(Path.Combine(unpacked, "lib", "modules", release), tree, stop);
        CopyProbe(tree);
        await CopyRuntimeAsync(tree, stop);
        CopyLibrary(Path.Combine(unpacked, "libgpiod"), tree);
        await File.WriteAllTextAsync(Path.Combine(tree, "init"), Init(loads), stop);
        File.SetUnixFileMode(Path.Combine(tree, "init"), (UnixFileMode)0b111_101_101);
        await OutputAsync("sh", ["-c", "cd \"$0\" && find . | busybox cpio -o -H newc >\"$1\"", tree, image], stop);
        return new KernelGuest(kernel, release, image);
    }

    private static string Init(IEnumerable<string> loads) => $"""
        #!/bin/busybox sh
        /bin/busybox --install -s /bin
        mount -t proc proc /proc
        mount -t sysfs sysfs /sys
        mount -t devtmpfs dev /dev
        {string.Join('\n', loads)}
        if [ -d /sys/kernel/config ]; then
          mount -t configfs configfs /sys/kernel/config
          mkdir -p /sys/kernel/config/gpio-sim/pantry/header
          echo 28 >/sys/kernel/config/gpio-sim/pantry/header/num_lines
          echo pinctrl-rp1 >/sys/kernel/config/gpio-sim/pantry/header/label
          echo 1 >/sys/kernel/config/gpio-sim/pantry/live
        fi
        if [ -d /sys/bus/spi/devices/spi0.0 ]; then
          echo spidev >/sys/bus/spi/devices/spi0.0/driver_override
          echo spi0.0 >/sys/bus/spi/drivers/spidev/bind
        fi
        echo "guest: $(uname -r), $(ls -d /dev/i2c-* /dev/gpiochip* /dev/spidev* 2>/dev/null | tr '\n' ' ')"
        export HOME=/tmp DOTNET_ROOT=/dotnet DOTNET_EnableDiagnostics=0 DOTNET_TieredPGO=0 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
        /dotnet/dotnet exec /probe/PantryChain.KernelProbe.dll
        echo "guest: the probe ended with $?"
        poweroff -f

        """;

    /// <summary>Copies the modules and what they depend on; the lines that load them, dependencies first.</summary>
    private static async Task<List<string>> AddModulesAsync(string modules, string tree, CancellationToken stop)
    {
        List<string> loads = [], added = [];
        foreach ((string module, string parameters) in Needed)
            await AddModuleAsync(modules, tree, module, parameters, loads, added, stop);
        foreach (string module in Welcome.Where(module => Find(modules, module) is not null))
            await AddModuleAsync(modules, tree, module, "", loads, added, stop);
        return loads;
    }

    // A file is named with dashes or underscores, and newer Debians compress it.
    private static string? Find(string modules, string module) => Directory.EnumerateFiles(modules, "*.ko*", SearchOption.AllDirectories)
        .FirstOrDefault(path => Path.GetFileName(path).Split('.')[0].Replace('_', '-') == module.Replace('_', '-'));

    private static async Task AddModuleAsync(string modules, string tree, string module, string parameters, List<string> loads, List<string> added, CancellationToken stop)
    {
        if (added.Contains(module))
            return;
        added.Add(module);
        string file = Find(modules, module)
            ?? throw new InvalidOperationException($"The kernel in {modules} has no module {module}. Remove .pantry/kernel, then run './pantry bench kernel' again: it fetches Debian's standard kernel.");
        string plain = Path.Combine(tree, "modules", module + ".ko");
        if (file.EndsWith(".ko", StringComparison.Ordinal))
            File.Copy(file, plain);
        else
            await OutputAsync("sh", ["-c", "xz -dc \"$0\" >\"$1\"", file, plain], stop);
        foreach (string needed in Dependencies(await File.ReadAllBytesAsync(plain, stop)))
            await AddModuleAsync(modules, tree, needed, "", loads, added, stop);
        loads.Add($"insmod /modules/{module}.ko {parameters}".TrimEnd());
    }

    /// <summary>The names behind <c>depends=</c> in a module's own description; modules.dep only exists where the package is installed.</summary>
    private static string[] Dependencies(ReadOnlySpan<byte> module)
    {
        ReadOnlySpan<byte> key = "\0depends="u8;
        int at = module.IndexOf(key);
        if (at < 0)
            return [];
        ReadOnlySpan<byte> value = module[(at + key.Length)..];
        return Encoding.ASCII.GetString(value[..value.IndexOf((byte)0)]).Split(',', StringSplitOptions.RemoveEmptyEntries);
    }

    private static void CopyProbe(string tree)
    {
        string probe = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "KernelProbe", "release"));
        if (!Directory.Exists(probe))
            throw new InvalidOperationException($"{probe} is missing. Build it with 'dotnet build bench -c Release'.");
        foreach (string file in Directory.EnumerateFiles(probe).Where(file => file.EndsWith(".dll", StringComparison.Ordinal) || file.EndsWith(".json", StringComparison.Ordinal)))
            File.Copy(file, Path.Combine(tree, "probe", Path.GetFileName(file)));
    }

    /// <summary>Copies the shared runtime that runs this bench and the libraries it is linked with: what publishing self-contained does, without fetching a runtime pack.</summary>
    private static async Task CopyRuntimeAsync(string tree, CancellationToken stop)
    {
        string shared = Path.GetDirectoryName(typeof(object).Assembly.Location)!, version = Path.GetFileName(shared);
        string root = Path.GetFullPath(Path.Combine(shared, "..", "..", ".."));
        string target = Path.Combine(tree, "dotnet");
        Copy(Path.Combine(root, "dotnet"), Path.Combine(target, "dotnet"));
        Copy(Path.Combine(root, "host", "fxr", version, "libhostfxr.so"), Path.Combine(target, "host", "fxr", version, "libhostfxr.so"));
        foreach (string file in Directory.EnumerateFiles(shared).Where(file => !Unneeded.Contains(Path.GetFileName(file))))
            Copy(file, Path.Combine(target, "shared", "Microsoft.NETCore.App", version, Path.GetFileName(file)));
        string linked = await OutputAsync("ldd", [Path.Combine(target, "dotnet"), .. Directory.EnumerateFiles(Path.Combine(target, "shared"), "*.so", SearchOption.AllDirectories)], stop);
        foreach (string library in linked.Split((char[])[' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(word => word.StartsWith("/lib", StringComparison.Ordinal) || word.StartsWith("/usr/lib", StringComparison.Ordinal)).Distinct())
        {
            if (!library.EndsWith(':') && !Path.Exists(tree + library))
                Copy(library, tree + library);
        }
    }

    /// <summary>libgpiod beside the system's libraries, under the name that is asked for: a memory file system packs no links.</summary>
    private static void CopyLibrary(string folder, string tree)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFiles(folder, "libgpiod.so.2.*").FirstOrDefault() is { } library)
            Copy(library, Path.Combine(tree, "usr", "lib", "x86_64-linux-gnu", "libgpiod.so.2"));
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to);
    }

    private static string Single(string folder, string pattern) => Directory.Exists(folder) && Directory.EnumerateFiles(folder, pattern).FirstOrDefault() is { } found ? found
        : throw new InvalidOperationException($"{folder} holds no {pattern}. Run './pantry bench kernel', which fetches and unpacks Debian's kernel package.");

    private static async Task<string> OutputAsync(string program, IEnumerable<string> arguments, CancellationToken stop)
    {
        BufferedCommandResult run = await Cli.Wrap(program).WithArguments(arguments).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(stop);
        return run.IsSuccess ? run.StandardOutput.Trim() : throw new InvalidOperationException($"{program} failed: {run.StandardError.Trim()} Run './pantry bench kernel', which installs what the bench needs.");
    }
}
